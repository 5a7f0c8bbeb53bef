import type { Evaluation } from '../api/shapes.js';
import { isUnderWay, STEPS } from './evaluation-words.js';
import type { RunProgress as Progresses } from './run-events.query.js';

interface RunProgressProps {
  readonly evaluation: Evaluation;
  readonly progress: Progresses;
}

/** The seven steps of a run, and a bar per cohort. */
export function RunProgress({ evaluation, progress }: RunProgressProps) {
  const whole = progress[''] ?? evaluation.progress;
  const failed = evaluation.state === 'failed';
  const finished = !failed && !isUnderWay(evaluation.state) && evaluation.hash !== null;
  // The run is as far as its slowest cohort.
  const reached = Object.values(progress).map((each) => STEPS.indexOf(each.step));
  const current = finished
    ? STEPS.length
    : Math.max(STEPS.indexOf(whole?.step ?? ''), reached.length === 0 ? -1 : Math.min(...reached));
  return (
    <>
      <ol className="steps" data-testid="steps" aria-label="计算步骤">
        {STEPS.map((step, index) => {
          const state = index < current ? 'done' : index > current ? 'ahead' : failed ? 'broken' : 'now';
          return (
            <li key={step} className={state} aria-current={index === current ? 'step' : undefined}>
              <i aria-hidden={true}>{state === 'done' ? '✓' : state === 'broken' ? '✕' : index + 1}</i>
              {step}
            </li>
          );
        })}
      </ol>
      <p className="visually-hidden" aria-live="polite">
        {finished ? '计算已完成' : failed ? '计算中断' : `正在${whole?.step ?? '排队'}`}
      </p>
      {evaluation.state === 'queued' && <p className="note">已排队，通常几秒内开始。</p>}
      {failed && (
        <div className="failure-line" role="alert" data-testid="run-error">
          <strong>{whole?.step ? `“${whole.step}”一步没有完成` : '计算没有完成'}</strong>
          <p>原因：{evaluation.error ?? '没有记录'}</p>
          <p>数字已按启动时留存，重试不会改变取数。点右上角“重试”重新计算；仍不行，请联系系统管理员。</p>
        </div>
      )}
      {evaluation.cohorts.length > 0 && (
        <ul className="cohort-bars">
          {evaluation.cohorts.map((cohort) => {
            const own = progress[cohort.code];
            const done = finished || cohort.state === 'computed' || (own !== undefined && own.done >= own.total);
            const part = done ? 1 : own && own.total > 0 ? own.done / own.total : 0;
            return (
              <li key={cohort.code} data-testid="cohort-bar" data-cohort={cohort.code}>
                <span>{cohort.title}</span>
                <progress value={part} max={1} aria-label={`${cohort.title} 进度`} />
                <span>{cohort.size}家</span>
                <span className="note">{done ? '已完成' : (own?.step ?? '等待')}</span>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
