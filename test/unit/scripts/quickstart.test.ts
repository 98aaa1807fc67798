import { describe, expect, it, vi } from 'vitest';

// The scripts are plain JavaScript, so that they run before anything is built.
const { mailText } = await vi.importActual<{ mailText(raw: string): string }>(
  '../../../scripts/quickstart/mailText.mjs',
);
const { nearDuplicates } = await vi.importActual<{ nearDuplicates(texts: readonly string[]): number[] }>(
  '../../../scripts/quickstart/nearDuplicates.mjs',
);

describe('the text of a mail', () => {
  it('is its subject and body, without headers, white space and the footer of a mailing list', () => {
    const raw = `From a@b  Thu Aug 22 12:36:23 2002\nReceived: from x\n\tby y\nSubject: Re:\n  tea\n\nGood  tea\nhere.\n${'_'.repeat(40)}\nlist footer\n`;
    expect(mailText(raw)).toBe('Re: tea Good tea here.');
  });

  it('is the plain part of a mail with several, decoded', () => {
    const raw = [
      'Subject: =?iso-8859-1?Q?caf=E9_noir?=',
      'Content-Type: multipart/alternative; boundary="b+1"\n',
      'This is a multi-part message\n--b+1\nContent-Type: text/html\n\n<p>html</p>',
      '--b+1\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nplain =3D te=\nxt\n--b+1--\n',
    ].join('\n');
    expect(mailText(raw)).toBe('café noir plain = text');
  });

  it('is HTML without tags, scripts and entities where there is no plain part', () => {
    const html =
      '<html><title>t</title><style>p {}</style><p>Buy&nbsp;now &amp; <b>save</b></p><!-- x --></html>';
    const raw = `Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n${Buffer.from(html).toString('base64')}\n`;
    expect(mailText(raw)).toBe('Buy now & save');
  });

  it('leaves attachments out', () => {
    expect(mailText('Subject: s\nContent-Type: image/gif\n\nR0lGODlh\n')).toBe('s');
  });
});

describe('near-duplicates', () => {
  const words = 'one two three four five six seven eight nine ten eleven twelve thirteen fourteen'.split(' ');
  const offer = words.join(' ');

  it('are grouped whatever their case, digits and one odd word, and others are not', () => {
    expect(nearDuplicates(['something else', offer, `${offer.toUpperCase()} 123`, `${offer} xqz`])).toEqual([
      0, 1, 1, 1,
    ]);
    expect(nearDuplicates([offer, [...words].reverse().join(' ')])).toEqual([0, 1]);
  });

  it('takes texts without words as equal to each other', () => {
    expect(nearDuplicates(['', '123', 'a'])).toEqual([0, 0, 2]);
  });
});
