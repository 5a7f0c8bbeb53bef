import { Link } from 'react-router';
import { Card } from './card.js';
import { PageHead } from './page-head.js';

/** An address that leads nowhere reads as what is not yours (ux 3). */
export function Absent() {
  return (
    <>
      <PageHead title="没有找到该内容" trail={[]} />
      <Card>
        <p>没有找到该内容，或您无权查看。</p>
        <p>
          <Link to="/home">返回工作台</Link>
        </p>
      </Card>
    </>
  );
}
