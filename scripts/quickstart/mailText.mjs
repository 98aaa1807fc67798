/**
 * The readable text of a raw e-mail (RFC 5322, MIME as in RFC 2045 to 2047): its subject and its body, the plain part
 * where there is one, HTML without its tags otherwise, without a mailing list's footer. White space is collapsed.
 * @param {string} raw
 * @returns {string}
 */
export function mailText(raw) {
  // An mbox separator line may stand before the headers.
  const { headers, body } = splitHeaders(raw.replace(/\r\n/g, '\n').replace(/^From .*\n/, ''));
  const subject = decodeWords(headers.get('subject') ?? '');
  return `${subject} ${withoutFooter(readable(headers, body))}`.replace(/[\s\p{C}]+/gu, ' ').trim();
}

/** Header fields by lower-case name, the first of each, with continuation lines joined. */
function splitHeaders(text) {
  const end = text.startsWith('\n') ? 0 : text.indexOf('\n\n');
  const head = end < 0 ? text : text.slice(0, end);
  const headers = new Map();
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { headers, body: end < 0 ? '' : text.slice(end + (end === 0 ? 1 : 2)) };
}

/** The text of one MIME part; '' for a part that is not text. */
function readable(headers, body) {
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1].trim();
  if (/^multipart\//i.test(type) && boundary) {
    const parts = body
      .split(new RegExp(`^--${escapeRegExp(boundary)}(?:--)?[ \\t]*$`, 'm'))
      .slice(1)
      .map((part) => splitHeaders(part.replace(/^\n/, '')));
    const isPlain = (part) => /^text\/plain/i.test(part.headers.get('content-type') ?? 'text/plain');
    const texts = [...parts.filter(isPlain), ...parts].map((part) => readable(part.headers, part.body));
    return texts.find((text) => text.trim() !== '') ?? '';
  }
  if (!/^text\b/i.test(type)) return '';
  const text = decodeTransfer(headers.get('content-transfer-encoding') ?? '', body);
  return /^text\/html/i.test(type) || /<html|<body/i.test(text) ? withoutTags(text) : text;
}

function decodeTransfer(encoding, body) {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('latin1');
  if (/quoted-printable/i.test(encoding)) return decodeQuotedPrintable(body.replace(/=[ \t]*\n/g, ''));
  return body;
}

const decodeQuotedPrintable = (text) =>
  text.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

/** Encoded words of a header, `=?charset?Q or B?text?=` (RFC 2047); this corpus is Latin-1 where it is not ASCII. */
function decodeWords(text) {
  return text.replace(/=\?[^?]+\?([QB])\?([^?]*)\?=/gi, (_, encoding, word) =>
    /b/i.test(encoding)
      ? Buffer.from(word, 'base64').toString('latin1')
      : decodeQuotedPrintable(word.replace(/_/g, ' ')),
  );
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function withoutTags(html) {
  return html
    .replace(/<!--[\s\S]*?-->|<(style|script|title)\b[\s\S]*?<\/\1\s*>|<\/?[a-z!][^>]*>/gi, ' ')
    .replace(/&#(\d{1,5});/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&([a-z]+);/gi, (entity, name) => entities[name.toLowerCase()] ?? entity);
}

/** Mailing lists put the same lines under every message, below a rule of underscores or a `-- ` line. */
const withoutFooter = (text) => text.replace(/^(?:_{20,}|-- ?)\n[\s\S]*$/m, '');

const escapeRegExp = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
