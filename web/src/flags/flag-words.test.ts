import { expect, it } from '@jest/globals';
import { useWords } from './flag-words.js';

it.each([
  [{ does: 'veto', title: '环境处罚', points: null }, '一票否决：环境处罚'],
  [{ does: 'deduction', title: '重大风险', points: '5' }, '扣分 5：重大风险'],
  [{ does: 'cap', title: '虚假认定', points: '60' }, '封顶 60 分：虚假认定'],
  [
    { does: 'eligibility', title: '当年新开业，不参加本年度评价', points: null },
    '参评条件：当年新开业，不参加本年度评价',
  ],
] as const)('%j', (use, words) => expect(useWords(use)).toBe(words));
