import { Button } from 'antd';
import { createContext, Fragment, useContext } from 'react';
import { Link } from 'react-router';
import handbook from '../../../docs/handbook.md?raw';
import { useSession } from '../api/session.query.js';
import { menuFor } from '../shell/menu.js';
import { PageHead } from '../shell/page-head.js';
import './handbook.css';
import { type Block, blocksOf, type Inline, type Line } from './handbook-text.js';

const [title, ...blocks] = blocksOf(handbook);

/** Pages that the reader may open: the others are told, not linked. */
const Open = createContext<ReadonlySet<string>>(new Set());

/** 使用手册: docs/handbook.md, as it is. */
export function HandbookPage() {
  const { data: me } = useSession();
  const pages = me ? menuFor(me).flatMap(({ entries }) => entries.map(({ to }) => to)) : [];
  const chapters = blocks.flatMap((block) => (block.kind === 'heading' && block.level === 2 ? [block] : []));
  return (
    <>
      <PageHead title={title?.kind === 'heading' ? title.text : '使用手册'} trail={['系统', '使用手册']}>
        <Button type="primary" onClick={() => window.print()}>
          打印
        </Button>
      </PageHead>
      <div className="handbook">
        <nav aria-label="目录">
          {chapters.map(({ id, text }) => (
            <a key={id} href={`#${id}`}>
              {text}
            </a>
          ))}
        </nav>
        <article data-testid="handbook">
          <Open value={new Set(pages)}>
            {blocks.map((block, index) => (
              <Told key={index} block={block} />
            ))}
          </Open>
        </article>
      </div>
    </>
  );
}

function Told({ block }: { readonly block: Block }) {
  if (block.kind === 'heading')
    return block.level === 3 ? <h3 id={block.id}>{block.text}</h3> : <h2 id={block.id}>{block.text}</h2>;
  if (block.kind === 'paragraph')
    return (
      <p>
        <Pieces line={block.line} />
      </p>
    );
  if (block.kind === 'list') {
    const items = block.items.map((line) => (
      <li key={line.map(({ text }) => text).join('')}>
        <Pieces line={line} />
      </li>
    ));
    return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
  }
  return (
    <table className="plain-table">
      <thead>
        <tr>
          {block.head.map((cell) => (
            <th key={cell[0]?.text}>
              <Pieces line={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {block.rows.map((row) => (
          <tr key={row.flatMap((cell) => cell.map(({ text }) => text)).join(' ')}>
            {row.map((cell, column) => (
              <td key={block.head[column]?.[0]?.text}>
                <Pieces line={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const Pieces = ({ line }: { readonly line: Line }) =>
  line.map((piece, index) => (
    <Fragment key={index}>
      <Piece piece={piece} />
    </Fragment>
  ));

function Piece({ piece }: { readonly piece: Inline }) {
  const open = useContext(Open);
  if (piece.kind === 'link') return open.has(piece.to) ? <Link to={piece.to}>{piece.text}</Link> : piece.text;
  if (piece.kind === 'strong') return <strong>{piece.text}</strong>;
  return piece.kind === 'code' ? <code>{piece.text}</code> : piece.text;
}
