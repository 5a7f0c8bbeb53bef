import { Button, Select, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useInstitutionNames } from '../api/catalogue.query.js';
import { Card } from '../shell/card.js';
import { BY_WORDS, type Decision } from './trial-shapes.js';
import type { OwnControls, OwnView, Party } from './use-own-sheet.js';

/** 逐个确认: who a name is that the register does not know, one after the other. */
export function DoubtCard({ view, controls }: { readonly view: OwnView; readonly controls: OwnControls }) {
  const open = view.parties.filter(({ decision, answer }) => decision === undefined && answer !== null);
  const party = open[0];
  if (!party) return null;
  const decide = (decision: Decision): void => controls.decide(party.name, decision);
  const candidates = party.answer?.candidates ?? [];
  return (
    <Card
      title={`“${party.name}”是哪一家？`}
      note={`第${party.row}行　还有${open.length}个名称待确认，未确认的先按表中名称参加试算`}
      extra={
        open.length > 1 && (
          <Button
            size="small"
            onClick={() =>
              controls.decideAll(
                open.map(({ name }) => name),
                { kind: 'own' },
              )
            }
          >
            其余都按表中名称
          </Button>
        )
      }
    >
      <div className="doubt" data-testid="doubt">
        {candidates.map(({ uscc, name }) => (
          <Button key={uscc} onClick={() => decide({ kind: 'institution', uscc, name })} data-institution={uscc}>
            {name}
          </Button>
        ))}
        <InstitutionSelect onChange={(uscc, name) => decide({ kind: 'institution', uscc, name })} />
        <Button onClick={() => decide({ kind: 'own' })}>名册外，只在本次试算用</Button>
        <Button onClick={() => decide({ kind: 'ignore' })}>不参加</Button>
      </div>
    </Card>
  );
}

function InstitutionSelect({ onChange }: { readonly onChange: (uscc: string, name: string) => void }) {
  const names = useInstitutionNames();
  return (
    <Select
      className="other-institution"
      placeholder="从名册里选"
      aria-label="从名册里选"
      showSearch={{ optionFilterProp: 'label' }}
      value={null}
      options={[...names].map(([value, label]) => ({ value, label }))}
      onChange={(uscc: string | null) => uscc !== null && onChange(uscc, names.get(uscc) ?? uscc)}
    />
  );
}

/** Whom each row stands for; all of it can be changed. */
export function NamesCard({ view, controls }: { readonly view: OwnView; readonly controls: OwnControls }) {
  const [open, setOpen] = useState(false);
  const names = useInstitutionNames();
  const { parties } = view;
  const matched = parties.filter(({ decision }) => decision?.kind === 'institution').length;
  const columns: TableColumnsType<Party> = [
    { title: '行', width: 56, dataIndex: 'row' },
    { title: '表中名称', width: 260, dataIndex: 'name' },
    {
      title: '按谁参加',
      width: 320,
      render: (_, { name, key, decision, why }) => (
        <Select
          size="small"
          className="fill"
          aria-label={`${name}按谁参加`}
          showSearch={{ optionFilterProp: 'label' }}
          value={
            decision?.kind === 'institution' ? decision.uscc : key === null && why === '已选不参加' ? 'ignore' : 'own'
          }
          options={[
            { value: 'own', label: `${name}（名册外，只在本次试算用）` },
            { value: 'ignore', label: '不参加' },
            ...[...names].map(([value, label]) => ({ value, label })),
          ]}
          onChange={(value: string) =>
            controls.decide(
              name,
              value === 'own' || value === 'ignore'
                ? { kind: value }
                : { kind: 'institution', uscc: value, name: names.get(value) ?? value },
            )
          }
        />
      ),
    },
    {
      title: '依据',
      render: (_, { answer, decision, why }) => (
        <span className="note">
          {why ||
            (answer?.match && decision?.kind === 'institution' && decision.uscc === answer.match.uscc
              ? `按${BY_WORDS[answer.match.by]}认出`
              : decision?.kind === 'institution'
                ? '您已确认'
                : '名册里没有')}
        </span>
      ),
    },
  ];
  return (
    <Card
      title="各行是谁"
      note={`${parties.length}个名称，名册认出${matched}家`}
      extra={
        <>
          <Link to="/institutions">机构名册</Link>
          {'　'}
          <button type="button" className="link-button" onClick={() => setOpen(!open)}>
            {open ? '收起' : '展开'}
          </button>
        </>
      }
      flush={true}
    >
      {open && <Table rowKey="name" size="small" columns={columns} dataSource={parties} pagination={false} />}
    </Card>
  );
}
