import { describe, expect, it } from 'vitest';
import { diagnosticsText, redacted } from '../../../src/extension/commands/diagnosticsText.ts';

const secrets = { home: '/home/jane', tokens: ['secret-token'], platform: 'linux' as const };

describe('diagnosticsText', () => {
  it('has versions, settings, doctor and the last 50 lines of the log', () => {
    const log = Array.from({ length: 60 }, (_, i) => `line ${i + 1}`).join('\n');
    const text = diagnosticsText(
      {
        versions: { Node: '22' },
        settings: { 'peftWorkbench.runsFolder': 'runs' },
        doctor: '{}',
        log: `${log}\n`,
      },
      secrets,
    );
    expect(text).toContain('- Node: 22\n');
    expect(text).toContain('- peftWorkbench.runsFolder: "runs"\n');
    expect(text).not.toContain('line 10\n');
    expect(text).toContain('```\nline 11\n');
    expect(text).toContain('line 60\n```\n');
  });

  it('names neither tokens nor the home folder, in no part', () => {
    const leak = 'at /home/jane/x with secret-token and hf_abcdefgh123, Authorization: Bearer ab.cd';
    const text = diagnosticsText(
      { versions: { a: leak }, settings: { b: leak }, doctor: leak, log: leak },
      secrets,
    );
    expect(text).not.toMatch(/jane|secret-token|hf_abc|ab\.cd/);
    expect(text.match(/~\/x with \[token\] and \[token\], Authorization: Bearer \[token\]/g)).toHaveLength(4);
  });

  it.each([
    [String.raw`C:\Users\Jäne (x)\a`, String.raw`~\a`],
    [String.raw`c:\users\jäne (x)\a`, String.raw`~\a`],
    [JSON.stringify({ dir: String.raw`C:\Users\Jäne (x)\a` }), String.raw`{"dir":"~\\a"}`],
    ['c:/Users/Jäne (x)/a', '~/a'],
    ['file:///c%3A/Users/J%C3%A4ne%20%28x%29/a', 'file:///~/a'],
    ['file:///C:/Users/J%c3%a4ne%20(x)/a', 'file:///~/a'],
    [String.raw`D:\Users\Jäne (x)\a`, String.raw`D:\Users\Jäne (x)\a`],
  ])('finds the home folder of Windows in whatever spelling: %s', (text, safe) => {
    const home = String.raw`C:\Users\Jäne (x)`;
    expect(redacted(text, { home, tokens: [], platform: 'win32' })).toBe(safe);
  });

  it('finds the home folder in an address, and takes no other folder for it where case tells them apart', () => {
    const home = '/home/jane.doe ä';
    const text = 'file:///home/jane.doe%20%C3%A4/x /home/Jane.doe ä /home/jane-doe ä';
    const safe = 'file://~/x /home/Jane.doe ä /home/jane-doe ä';
    expect(redacted(text, { home, tokens: [], platform: 'linux' })).toBe(safe);
  });

  it('fences a log that has fences itself', () => {
    const text = diagnosticsText({ versions: {}, settings: {}, doctor: '', log: '```\n# big' }, secrets);
    expect(text).toContain('````\n```\n# big\n````');
  });
});
