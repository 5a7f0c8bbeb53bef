import { Select } from 'antd';
import { useNavigate } from 'react-router';
import { isScored } from '../evaluations/evaluation-words.js';
import { useEvaluations } from '../evaluations/evaluations.query.js';

/** From one ranking to another: banks, insurers, securities branches … */
export function OtherEvaluations({ current }: { readonly current: string }) {
  const { data } = useEvaluations();
  const navigate = useNavigate();
  const others = (data ?? []).filter((each) => each.id !== current && isScored(each.state));
  if (others.length === 0) return null;
  return (
    <Select
      className="other-evaluations no-print"
      aria-label="看其他评价"
      placeholder="看其他评价"
      value={null}
      popupMatchSelectWidth={false}
      placement="bottomRight"
      onChange={(id: string | null) => void (id !== null && navigate(`/evaluations/${id}/ranking`))}
      options={others.map((each) => ({ value: each.id, label: `${each.title}　${each.periodTitle}` }))}
    />
  );
}
