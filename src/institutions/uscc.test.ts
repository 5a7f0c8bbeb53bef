import { cleanUscc, isUscc } from './uscc.js';

describe('isUscc', () => {
  it.each([
    ['11500223009330348N', true, 'printed on a government page'],
    ['91500106MA5U0A1B7P', true, 'letters in the organisation code'],
    ['915001061234567888', true, 'digits only'],
    ['91500106M00000019C', true, 'a letter as check character'],
    ['11500223009330349N', false, 'one digit changed'],
    ['91500106MA5U0A1B7Q', false, 'check character changed'],
    ['115002230093O0348N', false, 'there is no letter O'],
    ['91500106ma5u0a1b7p', false, 'lower case is cleaned before'],
    ['91500106MA5U0A1B7', false, 'one character short'],
    ['91500106MA5U0A1B7PP', false, 'one too many'],
    ['', false, 'blank'],
    ['91500106MA5U0A1B\u{20BB7}', false, 'a character of two units'],
  ])('%s → %s: %s', (code, expected) => expect(isUscc(code)).toBe(expected));

  it('finds every single changed character', () => {
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    const code = '91500106MA5U0A1B7P';
    for (let place = 0; place < 18; place++) {
      for (const other of alphabet) {
        const changed = code.slice(0, place) + other + code.slice(place + 1);
        expect([changed, isUscc(changed)]).toEqual([changed, changed === code]);
      }
    }
  });
});

describe('cleanUscc', () => {
  it.each([
    ['91500106ma5u0a1b7p\u00a0', 'lower case, no-break blank'],
    ['\u200b９１５００１０６ＭＡ５Ｕ０Ａ１Ｂ７Ｐ', 'full width, zero-width blank'],
    ['91500106 MA5U0A1B7 P', 'in groups'],
  ])('%j: %s', (text) => expect(cleanUscc(text)).toBe('91500106MA5U0A1B7P'));

  it('leaves what is not a blank, so that it is refused', () => {
    expect(cleanUscc('91500106MA5U0A1B7\u0000P')).toBe('91500106MA5U0A1B7\u0000P');
  });
});
