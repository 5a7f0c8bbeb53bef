import { Empty } from 'antd';
import type { Demonstration, Evaluation } from '../api/shapes.js';
import { countWords, headCount } from '../evaluations/evaluation-words.js';
import { fixed, length } from '../figures/figure-text.js';
import { GradeTag } from '../ranking/grade-tag.js';
import { Legend, ScoreBar } from '../ranking/score-bar.js';
import { legendOf } from '../ranking/segments.js';
import { BasisStamp } from '../shell/basis-stamp.js';

interface ShowcaseProps {
  readonly showcase: Demonstration['showcase'];
  readonly open: (evaluation: string) => void;
}

/** The first five of the demonstration's ranking, with what it rests on. */
export function Showcase({ showcase, open }: ShowcaseProps) {
  if (showcase === null)
    return (
      <section className="card showcase">
        <Empty className="showcase-empty" description="演示评价还在计算，约半分钟后刷新本页即可看到名次。" />
      </section>
    );
  const { evaluation, items } = showcase;
  const scale = Math.max(100, ...items.map((item) => Math.ceil(length(item.score))));
  return (
    <section className="card showcase" data-testid="showcase">
      <header className="card-head">
        <h2>
          {evaluation.title}
          <span className="showcase-period">{evaluation.periodTitle}</span>
        </h2>
        <button
          type="button"
          className="link-button card-extra"
          data-testid="showcase-all"
          title="以领导身份查看"
          onClick={() => open(evaluation.id)}
        >
          看全部{headCount(evaluation.counts)}家 →
        </button>
      </header>
      <div className="showcase-legend">
        <Legend segments={legendOf(items)} />
      </div>
      <ol className="first-five">
        {items.map((item) => (
          <li key={item.institution}>
            <span className="place">
              {item.rank}
              {item.tied && <span className="tied">并列</span>}
            </span>
            <div>
              <p>
                <b>{item.name}</b>
                <GradeTag grade={item.grade} grades={evaluation.grades} status={item.status} />
              </p>
              <ScoreBar parts={item.parts} score={item.score} scale={scale} track={true} />
            </div>
            <span className="total">{fixed(item.score)}</span>
          </li>
        ))}
      </ol>
      <footer>
        <p className="note">{summary(evaluation)}条形满长为100分。</p>
        <BasisStamp evaluation={evaluation} brief={true} />
      </footer>
    </section>
  );
}

const summary = (evaluation: Evaluation): string =>
  `${headCount(evaluation.counts)}家中 ${countWords(evaluation.counts)
    .map((words) => `${words}家`)
    .join('，')}。`;
