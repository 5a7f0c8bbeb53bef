import { App } from 'antd';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useMetrics } from '../api/catalogue.query.js';
import type { Filing } from '../api/filing-shapes.js';
import { CellPanel } from './cell-panel.js';
import { entryAt } from './edits.js';
import { EntryGrid } from './entry-grid.js';
import { FilingActs } from './filing-acts.js';
import { FilingHead } from './filing-head.js';
import { FILING_STATES } from './filing-words.js';
import { useFilingContext, useSections } from './filings.query.js';
import { entryText, type Mark } from './grid-row.js';
import { rowGroups, sumOfEntries } from './grid-rows.js';
import { nextProblem, problemsOf, slipAt, verdictOf } from './problems.js';
import { type Question, QuestionStrip } from './question-strip.js';
import { valueBefore } from './series.js';
import { StaleDialog } from './stale-dialog.js';
import { typedText } from './typed-text.js';
import { converted } from './unit-slip.js';
import { useChecks } from './use-checks.js';
import { useDraft } from './use-draft.js';
import { useSheet } from './use-sheet.js';
import { VerdictBar } from './verdict-bar.js';

const TOAST_SECONDS = 4;

/** A filing as a sheet: typed into by its filer, read by everybody else, with the same history beside it. */
export function FilingSheet({ filing: read }: { readonly filing: Filing }) {
  const { message } = App.useApp();
  const { draft, state } = useDraft(read);
  const { filing, edits, saving, texts } = state;
  const { entries } = edits;
  const metrics = useMetrics();
  const sections = useSections(filing);
  const context = useFilingContext(filing.id);
  const [address] = useSearchParams();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  /** The cells written last: what looks wrong in them is asked at once. */
  const [written, setWritten] = useState<readonly string[]>([]);
  const [said, setSaid] = useState('');
  const readOnly = !filing.actions.includes('edit');
  const mayJustify = !readOnly || filing.actions.includes('submit');

  const groups = useMemo(() => rowGroups(sections, metrics), [sections, metrics]);
  const rows = useMemo(
    () => groups.filter(({ title }) => !folded.has(title)).flatMap((group) => group.rows),
    [groups, folded],
  );
  const codes = useMemo(() => sections.flatMap((section) => section.metrics), [sections]);
  const before = (quarters: number) => (code: string) => valueBefore(context.history[code], filing.period, quarters);
  const earlier = { last: before(1), year: before(4) };
  const textOf = (key: string): string => texts.get(key) ?? filing.justifications?.[key]?.text ?? '';
  const checks = useChecks({ filing, codes, entries, metrics, context, saving });
  const looked = { codes, entries, checks, metrics, textOf, lastOf: earlier.last, confirmed };
  const problems = problemsOf(readOnly ? { ...looked, confirmed: new Set(codes) } : looked);
  const filled = codes.filter((code) => {
    const entry = entryAt(entries, code);
    return entry.state !== 'blank' && !entry.fault;
  }).length;
  const verdict = verdictOf(problems, filled, codes.length - filled);

  const say = (words: string, isRefusal = false): void => {
    setSaid(words);
    void message.open({ type: isRefusal ? 'warning' : 'info', content: words, duration: TOAST_SECONDS });
  };
  const convert = (wanted: readonly string[], factor: string): void => {
    const changes = wanted.flatMap((code): [string, { value: string; state: 'value' }][] => {
      const { value } = entryAt(entries, code);
      const decimals = metrics.get(code)?.decimals ?? 4;
      return value === null ? [] : [[code, { value: converted(value, factor, decimals), state: 'value' }]];
    });
    draft.write('换算单位', new Map(changes));
    say(`已换算${changes.length}格`);
  };
  const textAt = ({ row, column }: { row: number; column: number }): string => {
    const found = rows[row];
    if (!found) return '';
    const ownOf = (code: string): string => typedText(entryAt(entries, code));
    if (found.kind === 'sum') return column === 0 ? (sumOfEntries(found.of, entries).value ?? '') : '';
    return column === 0 ? ownOf(found.code) : ((column === 1 ? earlier.last : earlier.year)(found.code) ?? '');
  };

  const asked = useRef<Question | null>(null);
  const goTo = (code: string): void => {
    const group = groups.find((each) => each.rows.some((row) => row.key === code));
    if (group && folded.has(group.title)) setFolded(new Set([...folded].filter((title) => title !== group.title)));
    sheet.goTo(code);
  };
  const goToProblem = (): void => {
    const next = nextProblem(problems, codes, focusCode);
    if (!next) {
      say('没有待处理的问题');
      return;
    }
    goTo(next.code);
    setSaid(next.message);
  };
  const sheet = useSheet({
    rows,
    entries,
    draft,
    readOnly,
    textAt,
    say,
    onProblem: goToProblem,
    onOffer: () => asked.current?.onAccept(),
    onWritten: setWritten,
  });
  const focusRow = rows[sheet.selection.focus.row];
  const focusCode = focusRow?.kind === 'cell' ? focusRow.code : null;

  const questionAt = (code: string): Question | null => {
    const metric = metrics.get(code);
    const { fault } = entryAt(entries, code);
    if (!metric || readOnly) return null;
    const title = `${metric.title}（${code}）`;
    if (fault?.offer != null) {
      const { offer } = fault;
      const take = (): void => {
        draft.write('换算', new Map([[code, { value: offer, state: 'value' }]]));
        sheet.go({ row: Math.min(rows.length - 1, sheet.selection.focus.row + 1), column: 0 });
      };
      return {
        code,
        text: `${title}：${fault.message}`,
        accept: '换算',
        onAccept: take,
        refuse: null,
        onRefuse: take,
        all: null,
      };
    }
    const slip = slipAt(code, looked);
    if (!slip) return null;
    const alike = codes.filter((each) => slipAt(each, looked)?.factor === slip.factor);
    return {
      code,
      text: `${title}${slip.ratio}于上季，单位是否有误？`,
      accept: `${slip.title}：${entryText({ value: slip.converted, state: 'value' }, metric.unit)}`,
      onAccept: () => convert([code], slip.factor),
      refuse: '单位无误',
      onRefuse: () => setConfirmed(new Set([...confirmed, code])),
      all:
        alike.length > 1 ? { title: `全部${alike.length}格换算`, onAccept: () => convert(alike, slip.factor) } : null,
    };
  };
  const question =
    [...(focusCode ? [focusCode] : []), ...written].map(questionAt).find((each) => each !== null) ?? null;
  asked.current = question;

  // Once the rows are there: the cell of the address, else the first empty one.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || rows.length === 0 || metrics.size === 0) return;
    begun.current = true;
    const wanted = address.get('cell');
    const first = codes.find((code) => entryAt(entries, code).state === 'blank');
    const target = wanted && codes.includes(wanted) ? wanted : readOnly ? null : (first ?? codes[0]);
    if (target) sheet.goTo(target);
  });

  const markOf = (code: string): Mark => {
    const own = problems.filter((each) => each.code === code || each.check?.cells.includes(code));
    for (const kind of ['fault', 'block', 'slip', 'justify'] as const)
      if (own.some((each) => each.kind === kind && (kind === 'block' || kind === 'justify' || each.code === code)))
        return kind;
    return null;
  };
  const fold = (title: string): void =>
    setFolded(folded.has(title) ? new Set([...folded].filter((each) => each !== title)) : new Set([...folded, title]));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'F8' || event.defaultPrevented) return;
    event.preventDefault();
    goToProblem();
  };
  const counts = {
    filled,
    asked: codes.length,
    errors: problems.filter(({ kind }) => kind === 'fault' || kind === 'block').length,
    open: problems.filter(({ kind }) => kind === 'justify').length,
  };
  const [stale] = state.stale;
  const metric = focusCode === null ? undefined : metrics.get(focusCode);
  const isOpen = filing.actions.includes('pass') || filing.actions.includes('submit');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: F8 works wherever the focus is on this page
    <div className="entry" onKeyDown={onKeyDown}>
      <FilingHead
        filing={filing}
        draft={draft}
        counts={counts}
        readOnly={readOnly}
        codes={codes}
        entries={entries}
        metrics={metrics}
        say={say}
      />
      <div className="entry-body">
        <div className="entry-card">
          <EntryGrid
            groups={groups}
            folded={folded}
            onFold={fold}
            rows={rows}
            sheet={sheet}
            period={filing.period}
            entries={entries}
            cells={filing.figures}
            earlier={earlier}
            markOf={markOf}
            isAsking={(code) => state.stale.some((each) => each.code === code)}
            readOnly={readOnly}
          />
        </div>
        {focusCode !== null && metric && (
          <CellPanel
            filing={filing}
            code={focusCode}
            metric={metric}
            entry={entryAt(entries, focusCode)}
            context={context}
            checks={checks}
            slip={readOnly ? null : slipAt(focusCode, looked)}
            readOnly={readOnly}
            mayJustify={mayJustify && !readOnly}
            textOf={textOf}
            onJustify={(key, text) => draft.justify(key, text)}
            onConvert={convert}
            onConfirm={(code) => setConfirmed(new Set([...confirmed, code]))}
            onGo={goTo}
          />
        )}
      </div>
      {question && <QuestionStrip question={question} />}
      <VerdictBar
        verdict={isOpen || !readOnly ? verdict : null}
        words={FILING_STATES[filing.state] ?? filing.state}
        saving={readOnly ? null : saving}
        onGo={goTo}
        onProblem={goToProblem}
        onRetry={() => void draft.flush()}
      >
        <FilingActs
          filing={filing}
          draft={draft}
          verdict={verdict}
          counts={counts}
          context={context}
          entries={entries}
          metrics={metrics}
          textOf={textOf}
          say={say}
        />
      </VerdictBar>
      <p className="visually-hidden" role="status" data-testid="said">
        {said}
      </p>
      {stale && (
        <StaleDialog stale={stale} metric={metrics.get(stale.code)} onDecide={(whose) => draft.decide(stale, whose)} />
      )}
    </div>
  );
}
