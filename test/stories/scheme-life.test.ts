import { Assessments } from '../../src/assessments/assessments.service.js';
import { Acts } from '../../src/audit/acts.service.js';
import type { EvaluationView } from '../../src/evaluations/evaluation.query.js';
import type { RankingItem } from '../../src/evaluations/ranking.query.js';
import { systemActor } from '../../src/platform/database.service.js';
import type { Page } from '../../src/platform/pages.js';
import type { ReplyView, SchemeItem, SchemeView } from '../../src/schemes/scheme.query.js';
import { Schemes } from '../../src/schemes/schemes.service.js';
import { aDistrict, THIN_SCHEME } from '../district.js';
import type { Person } from '../person.js';

let place: Awaited<ReturnType<typeof aDistrict>>;
let other: Person;
beforeAll(async () => {
  place = await aDistrict({ banks: 3 });
  other = await place.district.person(['officer'], { department: 'finance_bureau' });
  for (const [i, bank] of place.banks.entries())
    await place.district.settles(bank, place.reviewer, { BK_LOAN_BAL: '1000', BK_GL_BAL: `${100 * (i + 1)}` });
});
afterAll(() => place.district.close());

let count = 0;
/** A draft of its own code by the officer. */
async function aDraft(change: (document: string) => string = (document) => document): Promise<SchemeView> {
  const document = change(THIN_SCHEME.replace('bank-thin', `life-${++count}`));
  return place.officer.post<SchemeView>('/schemes', { document });
}

const at = ({ code, version }: Pick<SchemeItem, 'code' | 'version'>, rest = ''): string =>
  `/schemes/${code}/versions/${version}${rest}`;
const tag = ({ lifeVersion }: SchemeView) => ({ 'if-match': `"${lifeVersion}"` });

const issued = async (
  scheme: SchemeView,
  effect: { effectiveFrom: string; effectiveTo?: string },
): Promise<SchemeView> => {
  const reviewed = await other.post<SchemeView>(at(scheme, '/review'));
  return place.officer.post<SchemeView>(
    at(scheme, '/issue'),
    { documentNumber: '示府办发〔2026〕8号', ...effect },
    tag(reviewed),
  );
};

const started = (scheme: SchemeItem, period = '2026Q3'): Promise<EvaluationView> =>
  place.officer.post('/evaluations', { scheme: scheme.code, version: scheme.version, period });

describe('a version lives', () => {
  it('drafted, consulted on, answered, reviewed by another, issued under a number, retired with a reason', async () => {
    const draft = await aDraft();
    expect(draft).toMatchObject({ version: 1, state: 'draft', actions: ['consult', 'retire'], documentNumber: null });
    const consulted = await place.officer.post<SchemeView>(
      at(draft, '/consult'),
      { opensOn: '2026-01-05', closesOn: '2026-01-30', whom: '各银行' },
      tag(draft),
    );
    expect(consulted).toMatchObject({ state: 'consultation', consultation: { closesOn: '2026-01-30', replies: 0 } });

    const reply = await place.officer.asks<ReplyView>('POST', at(draft, '/replies'), {
      from: '示范银行甲',
      receivedOn: '2026-01-12',
      content: '建议把占比换成增速。',
    });
    expect([reply.status, reply.body.outcome]).toEqual([201, null]);
    await expect(other.post(at(draft, '/review'))).rejects.toMatchObject({ status: 409, code: 'SCHEME_REFUSED' });
    const settled = await other.post<ReplyView>(
      at(draft, `/replies/${reply.body.id}/settle`),
      { outcome: 'declined', reason: '增速已在另一方案中考核。' },
      { 'if-match': '"1"' },
    );
    expect(settled).toMatchObject({ outcome: 'declined', settled: { by: expect.stringMatching(/^officer/) } });

    const own = await place.officer.asks('POST', at(draft, '/review'));
    expect([own.status, own.body.title]).toEqual([409, '起草人不得审定自己的方案']);
    const reviewed = await other.post<SchemeView>(at(draft, '/review'));
    expect(reviewed).toMatchObject({ state: 'reviewed', standing: 'none', reviewed: { by: expect.any(String) } });
    const out = await place.officer.post<SchemeView>(
      at(draft, '/issue'),
      { documentNumber: '示府办发〔2026〕8号', effectiveFrom: '2026-02-01' },
      tag(reviewed),
    );
    expect(out).toMatchObject({ state: 'issued', standing: 'in_effect', documentNumber: '示府办发〔2026〕8号' });
    const gone = await place.officer.post<SchemeView>(at(draft, '/retire'), { reason: '口径调整' }, tag(out));
    expect(gone).toMatchObject({ state: 'retired', retired: { reason: '口径调整' }, actions: [] });

    const entries = await place.district.rows<{ action: string }>(
      'select action from audit.entry where subject = $1 order by id',
      [`${draft.code}@1`],
    );
    expect(entries.map(({ action }) => action)).toEqual(
      ['create', 'consult', 'reply', 'settle', 'review', 'issue', 'retire'].map((act) => `scheme.${act}`),
    );
  });

  it('a consultation must be over before the review; outside of one no reply is taken', async () => {
    const draft = await aDraft();
    const reply = { from: '甲行', receivedOn: '2026-01-06', content: '同意' };
    expect((await place.officer.asks('POST', at(draft, '/replies'), reply)).body.code).toBe('SCHEME_NOT_CONSULTED');
    await place.officer.post(at(draft, '/consult'), { opensOn: '2026-01-05', closesOn: '2999-01-30' }, tag(draft));
    const early = await other.asks('POST', at(draft, '/review'));
    expect([early.status, early.body.title]).toEqual([409, '征求意见到 2999年1月30日 止，期满后才能审定']);
  });

  it.each([
    ['consult', { opensOn: '2026-02-30', closesOn: '2026-03-01' }, 422, 'SCHEME_DATES'],
    ['consult', { opensOn: '2026-03-02', closesOn: '2026-03-01' }, 422, 'SCHEME_DATES'],
    [
      'issue',
      { documentNumber: '示〔1〕号', effectiveFrom: '2026-01-01', effectiveTo: '2025-01-01' },
      422,
      'SCHEME_DATES',
    ],
    ['issue', { documentNumber: '示〔1〕号', effectiveFrom: '2026-01-01' }, 409, 'SCHEME_REFUSED'],
    ['retire', { reason: ' ' }, 422, 'SCHEME_REFUSED'],
  ])('%s %j of a draft is refused: %d %s', async (act, body, status, code) => {
    const draft = await aDraft();
    const answer = await place.officer.asks('POST', at(draft, `/${act}`), body, tag(draft));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('an act on what another has moved on is refused, one without If-Match too', async () => {
    const draft = await aDraft();
    const body = { opensOn: '2026-01-05', closesOn: '2026-01-30' };
    expect((await place.officer.asks('POST', at(draft, '/consult'), body)).status).toBe(428);
    await place.officer.post(at(draft, '/consult'), body, tag(draft));
    const late = await place.officer.asks('POST', at(draft, '/retire'), { reason: '不用了' }, tag(draft));
    expect([late.status, late.body.code]).toEqual([412, 'SCHEME_STALE']);
    expect((await other.asks('POST', at(draft, '/review'), {}, tag(draft))).status).toBe(412);
  });

  it('issuing the next version ends the one before on the eve; none may begin before another', async () => {
    const first = await issued(await aDraft(), { effectiveFrom: '2025-01-01' });
    const document = first.document.replace('version: 1', 'version: 2');
    const second = await issued(await place.officer.post<SchemeView>('/schemes', { document }), {
      effectiveFrom: '2026-01-01',
    });
    expect(second.standing).toBe('in_effect');
    expect(await place.officer.get<SchemeView>(at(first))).toMatchObject({
      effectiveTo: '2025-12-31',
      standing: 'over',
    });
    const third = await place.officer.post<SchemeView>('/schemes', {
      document: document.replace('version: 2', 'version: 3'),
    });
    await expect(issued(third, { effectiveFrom: '2025-06-01' })).rejects.toMatchObject({
      code: 'SCHEME_DATES',
      violations: [{ path: 'effectiveFrom', found: '2025-06-01', expected: '晚于 2026-01-01' }],
    });
  });

  it('the database refuses another text, author or version, and the deletion', async () => {
    const { code } = await aDraft();
    for (const change of [`document = 'x'`, `title = 'x'`, `created_by = 'x'`, 'version = 9'])
      await expect(place.district.rows(`update scheme set ${change} where code = $1`, [code])).rejects.toThrow(
        'never changes',
      );
    await expect(place.district.rows('delete from scheme where code = $1', [code])).rejects.toThrow('never changes');
  });

  it('lists tell state, number and days', async () => {
    const scheme = await issued(await aDraft(), { effectiveFrom: '2026-01-01', effectiveTo: '2026-06-30' });
    const { items } = await place.officer.get<Page<SchemeItem>>(`/schemes/${scheme.code}/versions`);
    expect(items).toMatchObject([
      { state: 'issued', standing: 'over', effectiveFrom: '2026-01-01', effectiveTo: '2026-06-30' },
    ]);
  });
});

describe('an evaluation says by what rules', () => {
  it.each([
    ['before the period', { effectiveFrom: '2026-07-01' }, []],
    ['during the period', { effectiveFrom: '2026-08-01' }, ['scheme-late']],
    ['not any longer', { effectiveFrom: '2025-01-01', effectiveTo: '2026-08-31' }, ['scheme-over']],
    ['not yet', { effectiveFrom: '2999-01-01' }, ['scheme-late', 'scheme-to-come']],
  ])('in effect %s', async (_, effect, rules) => {
    const scheme = await issued(await aDraft(), effect);
    const before = await place.officer.get<{ trial: boolean; items: { rule: string }[] }>(
      at(scheme, '/warnings?period=2026Q3'),
    );
    expect([before.trial, before.items.map(({ rule }) => rule)]).toEqual([false, rules]);
    const evaluation = await started(scheme);
    expect(evaluation).toMatchObject({ label: null, documentNumber: '示府办发〔2026〕8号', ...effect });
    expect(evaluation.schemeWarnings.map(({ rule }) => rule)).toEqual(rules);
  });

  it('keeps what it was told at the start, and prints it with the export', async () => {
    const scheme = await issued(await aDraft(), { effectiveFrom: '2026-08-01' });
    const { id } = await started(scheme);
    await place.officer.post(at(scheme, '/retire'), { reason: '另行制定' }, tag(scheme));
    const evaluation = await place.district.ended(place.officer, id);
    expect(evaluation).toMatchObject({ state: 'computed', label: null, schemeWarnings: [{ rule: 'scheme-late' }] });
    const { text } = await place.officer.asks('GET', `/exports/evaluations/${id}/ranking.csv?excel=1`);
    expect(text).toContain('示府办发〔2026〕8号');
    expect(text).toContain('评价期开始后才施行');
    const plain = await place.officer.asks('GET', `/exports/evaluations/${id}/ranking.csv`);
    expect(plain.text).not.toContain('示府办发');
  });

  it('reviewed but not issued: may be published, says that it has no number', async () => {
    const scheme = await aDraft();
    await other.post(at(scheme, '/review'));
    expect(await started(scheme)).toMatchObject({ label: null, schemeWarnings: [{ rule: 'scheme-not-issued' }] });
  });

  it('retired: 试算, never published', async () => {
    const scheme = await issued(await aDraft(), { effectiveFrom: '2026-01-01' });
    await place.officer.post(at(scheme, '/retire'), { reason: '另行制定' }, tag(scheme));
    const { id } = await started(scheme);
    expect(await place.district.ended(place.officer, id)).toMatchObject({
      label: '试算',
      schemeWarnings: [{ rule: 'scheme-trial' }],
    });
    await place.verifier.post(`/evaluations/${id}/verify`);
    const refused = await place.officer.asks('POST', `/evaluations/${id}/publish`);
    expect([refused.status, refused.body.title]).toEqual([409, expect.stringContaining('试算')]);
  });

  it('points given for what only another version assesses are not its: it runs without them', async () => {
    const first = await aDraft(
      (document) => `${document}adjustments:
  - { code: late, kind: deduction, title: 迟报, assessed: { scale: [0, 5] } }
`,
    );
    await other.post(at(first, '/review'));
    const second = await place.officer.post<SchemeView>('/schemes', {
      document: first.document.replace('version: 1', 'version: 2').replace(/adjustments:[\s\S]*/, ''),
    });
    const [bank] = place.banks;
    const score = {
      scheme: first.code,
      period: '2026Q3',
      institutionId: bank?.id ?? '',
      node: 'late',
      assessor: 'ecology',
      score: '3',
    };
    await place.district.app
      .get(Acts)
      .perform({ action: 'assessment.record', actor: systemActor('test') }, (act) =>
        place.district.app.get(Assessments).record(act, [score]),
      );
    const [with1, without] = [await started(first), await started(second)];
    for (const { id } of [with1, without])
      expect(await place.district.ended(place.officer, id)).toMatchObject({ state: 'computed', error: null });
    const totals = async (id: string) =>
      (await place.officer.get<Page<RankingItem>>(`/evaluations/${id}/ranking`)).items.map(({ score }) => score);
    expect([await totals(with1.id), await totals(without.id)]).toEqual([
      ['100.00', '50.00', '-3.00'],
      ['100.00', '50.00', '0.00'],
    ]);
  });

  it('published figures are never official: no number is missed', async () => {
    const document = THIN_SCHEME.replace('bank-thin', 'life-published');
    const scheme = await place.district.app.get(Schemes).create(systemActor('test'), document, 'published');
    const reviewed = await other.post<SchemeView>(at(scheme, '/review'));
    expect((await place.officer.get<{ items: unknown[] }>(at(reviewed, '/warnings?period=2026Q3'))).items).toEqual([]);
  });
});

describe('a version is told', () => {
  it('its difference to another, in words; nothing when only comments changed', async () => {
    const first = await aDraft();
    const second = await place.officer.post<SchemeView>('/schemes', {
      document: `# 说明\n${first.document.replace('version: 1', 'version: 2')}`,
    });
    const third = await place.officer.post<SchemeView>('/schemes', {
      document: first.document
        .replace('version: 1', 'version: 3')
        .replace('zeroDenominator: zero', 'zeroDenominator: unranked'),
    });
    const difference = (scheme: SchemeView, older: number) =>
      place.auditor.get<{ items: { text: string }[] }>(at(scheme, `/difference?with=${older}`));
    expect(await difference(second, 1)).toEqual({ items: [] });
    expect((await difference(third, 1)).items.map(({ text }) => text)).toEqual([
      '指标“绿色贷款占比”的分母为零时由 计0分（zero） 改为 不参加排名（unranked）',
    ]);
    const documents = { before: first.document, after: third.document };
    expect((await place.officer.post<{ items: unknown[] }>('/schemes/difference', documents)).items).toHaveLength(1);
    const broken = await place.officer.asks('POST', '/schemes/difference', { ...documents, before: 'scheme: x' });
    expect([broken.status, JSON.stringify(broken.body.violations)]).toEqual([
      422,
      expect.stringContaining('before.version'),
    ]);
  });

  it('its methodology to every role; a draft to staff alone', async () => {
    const draft = await aDraft();
    const [bank] = place.banks;
    expect((await bank?.filer.asks('GET', at(draft, '/methodology')))?.status).toBe(404);
    expect((await place.leader.asks('GET', at(draft, '/methodology'))).status).toBe(200);
    await other.post(at(draft, '/review'));
    const told = await bank?.filer.get<{ tree: { formula: string }[]; example: object }>(at(draft, '/methodology'));
    expect(told?.tree).toMatchObject([{ formula: '100 × 绿色贷款余额 ÷ 各项贷款余额' }]);
    expect((await bank?.filer.asks('GET', at(draft)))?.status).toBe(403);
  });

  it('its shape to editors, without a session', async () => {
    const answer = await place.district.nobody.asks<{ required: string[] }>('GET', '/schemes/schema');
    expect([answer.status, answer.body.required]).toEqual([
      200,
      ['scheme', 'version', 'cadence', 'inputs', 'indicators'],
    ]);
  });
});
