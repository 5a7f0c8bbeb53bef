import { Fragment, useState } from 'react';
import type { FormulaPiece } from '../../../src/formula/words.js';
import { methodWord, parameterWords } from '../../../src/scoring/words/method-words.js';
import type { Evaluation } from '../api/shapes.js';
import { fixed, short } from '../figures/figure-text.js';
import { FiledCellPanel } from './filed-cell.js';
import { inNumbers, inWords } from './formula-text.js';
import { InputTable } from './input-table.js';
import { sealedWords, statisticWords } from './normalisation-words.js';
import { combinationWords, outcomeWords } from './outcome-words.js';
import type { Leaf } from './tree.js';

interface TracePanelProps {
  readonly evaluation: Evaluation;
  readonly leaf: Leaf;
}

/** 计算依据 of one indicator: ① formula ② inputs ③ the filed cell. */
export function TracePanel({ evaluation, leaf }: TracePanelProps) {
  const { inputs } = leaf.node;
  const [chosen, setChosen] = useState(0);
  const input = inputs[chosen];
  return (
    <div className={inputs.length === 0 ? 'trace trace-short' : 'trace'} data-testid="trace">
      <section>
        <h3>
          <i>1</i>算式
        </h3>
        <Working evaluation={evaluation} leaf={leaf} choose={setChosen} />
      </section>
      {inputs.length > 0 && (
        <section>
          <h3>
            <i>2</i>取数
          </h3>
          <InputTable inputs={inputs} chosen={chosen} choose={setChosen} />
        </section>
      )}
      {input && (
        <section>
          <h3>
            <i>3</i>填报单元格
            <span className="note">
              {input.metric} {input.period}
            </span>
          </h3>
          <FiledCellPanel input={input} />
        </section>
      )}
    </div>
  );
}

interface WorkingProps extends TracePanelProps {
  readonly choose: (input: number) => void;
}

/** As written, with the numbers in place, and on to the points. */
function Working({ evaluation, leaf, choose }: WorkingProps) {
  const { node } = leaf;
  const unit = node.unit === null ? '' : ` ${node.unit}`;
  const statistics = node.normalisation ? statisticWords(node.normalisation) : [];
  const sealed = sealedWords(node);
  return (
    <div className="working">
      <h4>{node.kind === 'assessed' ? '评分' : '指标值'}</h4>
      <p>
        {node.kind === 'assessed' ? (
          combinationWords(node.formula)
        ) : (
          <Pieces pieces={inWords(node.formula, node.inputs, evaluation.period)} choose={choose} />
        )}
      </p>
      {node.inputs.length > 0 && (
        <p>
          = <Pieces pieces={inNumbers(node.formula, node.inputs, evaluation.period)} choose={choose} />
        </p>
      )}
      <p>
        = <b>{node.outcome === null ? `${short(node.value, 12)}${unit}` : outcomeWords(node)}</b>
      </p>
      {node.treated !== null && (
        <p>
          处理后 <b>{`${short(node.treated, 12)}${unit}`}</b>
        </p>
      )}
      {node.withheld.includes('treated') && (
        <p className="note">已按方案处理后计分；处理后的数值由同组其他机构的数值得出，封闭公开不显示。</p>
      )}
      {node.normalisation && (
        <>
          <h4>标准分（{methodWord(node.normalisation.method)}）</h4>
          <p className="parameters">{parameterWords(node.normalisation.parameters)}</p>
          {statistics.length > 0 && (
            <p className="statistics" data-testid="statistics">
              {statistics.map(([term, value]) => (
                <span key={term}>
                  {term} <b>{value}</b>
                </span>
              ))}
            </p>
          )}
          {sealed !== '' && (
            <p className="note" data-testid="sealed">
              {sealed}
            </p>
          )}
        </>
      )}
      <p>
        {node.normalisation ? '= ' : '标准分 '}
        <b>{short(node.score)}</b>
      </p>
      <h4>得分</h4>
      {node.contribution !== null && leaf.chain.length > 0 ? (
        <p>
          = {short(node.score)}
          {leaf.chain.map((weight, level) => (
            <Fragment key={`${level}-${weight}`}> × {short(weight)}%</Fragment>
          ))}{' '}
          = <b>{fixed(node.contribution)}</b>
        </p>
      ) : (
        <p>{node.score === null ? '不计入，权重由同组指标分担' : '随所在分组合成'}</p>
      )}
      {node.note !== '' && <p className="note">{node.note}</p>}
    </div>
  );
}

interface PiecesProps {
  readonly pieces: readonly FormulaPiece[];
  readonly choose: (input: number) => void;
}

function Pieces({ pieces, choose }: PiecesProps) {
  let position = 0;
  return pieces.map((piece) => {
    position += 1;
    const { input, text } = piece;
    return input === null ? (
      <Fragment key={position}>{text}</Fragment>
    ) : (
      <button key={position} type="button" className="link-button number-link" onClick={() => choose(input)}>
        {text}
      </button>
    );
  });
}
