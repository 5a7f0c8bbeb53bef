import { expect, it } from '@jest/globals';
import { consequence, onBehalf } from './paper-words.js';

it.each([
  ['丙行李行长（代录，会议纪要〔2026〕3号）', { person: '丙行李行长', paperNumber: '会议纪要〔2026〕3号' }],
  ['李行长（分管）（代录，渝财（2026）3号）', { person: '李行长（分管）', paperNumber: '渝财（2026）3号' }],
  ['周明远', null],
  ['代录员周明远', null],
])('%s', (name, expected) => expect(onBehalf(name)).toEqual(expected));

it('an act that is new to these pages still says that it is done at once', () => {
  expect(consequence({ action: 'task.close', actionTitle: '督办销号' })).toBe('“督办销号”立即办理。');
  expect(consequence({ action: 'evaluation.finalise', actionTitle: '评价定稿' })).toContain('生效');
});
