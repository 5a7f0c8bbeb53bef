import { expect, it } from '@jest/globals';
import { curlLine, expiryDays, grouped, type Token, tokenState, tryPath } from './token-words.js';

it('scopes stand under what they are about, in their order', () => {
  const groups = grouped([
    { scope: 'filing:read', title: '填报 查看' },
    { scope: 'scheme:read', title: '评价方案 查看' },
    { scope: 'filing:edit', title: '填报 填写' },
  ]);
  expect(groups.map(({ title, scopes }) => [title, scopes.map((each) => each.title)])).toEqual([
    ['填报', ['查看', '填写']],
    ['评价方案', ['查看']],
  ]);
});

it.each([
  [['import:commit', 'filing:read'], '/filings?limit=1'],
  [['evaluation:bundle', 'evaluation:read'], '/evaluations?limit=1'],
  [['import:commit'], null],
])('a token for %j is tried with %s', (scopes, path) => expect(tryPath(scopes)).toBe(path));

it('the line to try it can be pasted as it is', () => {
  expect(curlLine('http://10.0.0.5:3000', '/filings?limit=1', 'grt_x')).toBe(
    "curl -H 'Authorization: Bearer grt_x' 'http://10.0.0.5:3000/api/v1/filings?limit=1'",
  );
});

it.each([
  [{}, '有效'],
  [{ expiresAt: '2026-11-24T00:00:00Z' }, '已过期'],
  [{ revokedAt: '2026-11-01T00:00:00Z', expiresAt: '2026-11-24T00:00:00Z' }, '已吊销'],
])('%j is %s', (change, words) => {
  const token = { revokedAt: null, expiresAt: '2027-01-01T00:00:00Z', ...change } as Token;
  expect(tokenState(token, new Date('2026-11-24T00:00:00Z'))).toBe(words);
});

it('a token ends between tomorrow and a year from now, by the days of Shanghai', () => {
  expect(expiryDays(new Date('2026-11-24T17:00:00Z'))).toEqual({
    first: '2026-11-26',
    proposed: '2027-05-24',
    last: '2027-11-25',
  });
});
