import { Link } from 'react-router';
import { usePeople } from './audit.query.js';
import type { AuditItem } from './audit-shapes.js';
import { roleWords } from './audit-words.js';
import { changesOf } from './changes.js';

/** All that one entry holds: who, on what, why, before and after, and what it is sealed by. */
export function AuditDetail({ item }: { readonly item: AuditItem }) {
  const people = usePeople();
  const nameOf = (id: string): string => people.get(id)?.name ?? id;
  const { onBehalf } = item;
  const facts: [string, string][] = [
    ['编号', item.id],
    ['操作', item.action],
    ['操作人', item.actor.id],
    ['角色', roleWords(item) || '—'],
    ['对象', item.subject ?? '—'],
    ['来源', item.from],
    ...(item.token === undefined ? [] : [['令牌', item.token] satisfies [string, string]]),
    ...(item.reason === null ? [] : [['理由', item.reason] satisfies [string, string]]),
    ...(onBehalf
      ? ([
          ['代录', `${onBehalf.person}，${onBehalf.paperNumber}`],
          ['登记', nameOf(onBehalf.recordedBy)],
          ['确认', nameOf(onBehalf.confirmedBy)],
          ['文件摘要', onBehalf.paperHash],
        ] satisfies [string, string][])
      : []),
    ['记录摘要', item.leaf],
    ['封存', item.seal === null ? '尚未封存' : `第 ${item.seal.batch} 批，根 ${item.seal.root}`],
  ];
  const terms = [
    ...(item.subject === null ? [] : [['此对象的全部记录', { subject: item.subject }] as const]),
    ['此人的全部记录', { actor: item.actor.id }] as const,
  ];
  return (
    <div className="audit-detail" data-testid="audit-detail">
      <dl>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
      <div>
        <Changes item={item} />
        <p className="audit-ways no-print">
          {terms.map(([text, filter]) => (
            <Link key={text} to={`/audit?${new URLSearchParams(filter).toString()}`}>
              {text}
            </Link>
          ))}
        </p>
      </div>
    </div>
  );
}

function Changes({ item }: { readonly item: AuditItem }) {
  const changes = changesOf(item.before, item.after);
  if (changes.length === 0) return <p className="note">没有记下前后内容。</p>;
  return (
    <table className="plain-table audit-changes">
      <thead>
        <tr>
          <th>内容</th>
          <th>前</th>
          <th>后</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ place, before, after }) => (
          <tr key={place}>
            <td>{place}</td>
            <td>{before ?? '—'}</td>
            <td>{before === after ? after : <b>{after ?? '—'}</b>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
