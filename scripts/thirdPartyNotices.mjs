import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Name, version and licence text of every installed package that the product, rather than its development, depends on. */
export function thirdPartyNotices(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const folders = Object.keys(packages).filter((path) => path !== '' && !packages[path].dev);
  const sections = folders
    .map((path) => join(root, path))
    .filter(existsSync)
    .map(section);
  return ['PEFT Workbench contains, or was built from, these packages.\n', ...sections].join(
    `\n${'-'.repeat(80)}\n\n`,
  );
}

function section(folder) {
  const { name, version, license, author, homepage } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const files = readdirSync(folder).filter((file) =>
    /^(licen[cs]e|notice|copying|third.?party.?notices)/i.test(file),
  );
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  // A few packages name their licence without enclosing it.
  if (texts.length === 0) texts.push(named({ license, holder: author?.name ?? author ?? homepage ?? name }));
  return [`${name} ${version} (${license})`, ...texts].join('\n\n') + '\n';
}

function named({ license, holder }) {
  if (license === 'MIT') return mit.replace('HOLDER', holder);
  return license === 'Apache-2.0'
    ? `Copyright ${holder}. The text of the licence is in LICENSE.`
    : `Copyright ${holder}.`;
}

const mit = `Copyright (c) HOLDER

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;
