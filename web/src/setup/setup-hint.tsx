import { Link } from 'react-router';
import { may } from '../api/session.query.js';
import type { Me } from '../api/shapes.js';
import { useSetup } from './setup.query.js';

/** On the home page of a district that is not open yet. */
export function SetupHint({ me }: { readonly me: Me }) {
  const isOn = may(me, 'setup', 'answer') && !me.demo;
  const { data } = useSetup(isOn);
  const open = data?.questions.filter(({ isAnswered }) => !isAnswered) ?? [];
  if (!isOn || open.length === 0) return null;
  const mine = open.filter(({ mayAnswer }) => mayAnswer).length;
  return (
    <p className="notice-bar" role="status" data-testid="setup-hint">
      本区还没有开办完：{open.length} 个问题未答{mine > 0 && `，其中 ${mine} 个由您回答`}。
      <Link to="/setup">去开办</Link>
    </p>
  );
}
