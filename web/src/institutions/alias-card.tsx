import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { api } from '../api/client.js';
import type { Problem } from '../api/problem.js';
import { moment } from '../figures/moment.js';
import { Card } from '../shell/card.js';
import { FailureLine } from '../shell/failure.js';
import type { Institution } from './institution-shapes.js';
import { INSTITUTIONS } from './institutions.query.js';

/** 别名: by which names workbooks call this institution, and where each was learned. */
export function AliasCard({ of, mayEdit }: { readonly of: Institution; readonly mayEdit: boolean }) {
  const [text, setText] = useState('');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const path = `/institutions/${encodeURIComponent(of.uscc)}/aliases`;
  const change = useMutation<unknown, Problem, { readonly alias: string; readonly isGone: boolean }>({
    mutationFn: ({ alias, isGone }) => api.post(isGone ? `${path}/remove` : path, { alias }),
    onSuccess: (_, { alias, isGone }) => {
      message.success(isGone ? `已删去别名“${alias}”` : `已登记别名“${alias}”`);
      if (!isGone) setText('');
      void queries.invalidateQueries({ queryKey: INSTITUTIONS });
    },
  });
  const add = (): void => {
    if (text.trim() !== '') change.mutate({ alias: text.trim(), isGone: false });
  };
  return (
    <Card title="别名" note="工作簿里的简称，收表、试算按它认机构" flush={true}>
      <div data-testid="aliases">
        {of.aliases.length === 0 ? (
          <p className="card-body note">没有别名。批量登记、收表和试算时会自动记下。</p>
        ) : (
          <table className="plain-table">
            <tbody>
              {of.aliases.map(({ alias, learnedFrom, addedBy, addedAt }) => (
                <tr key={alias}>
                  <td>{alias}</td>
                  <td>
                    {learnedFrom}
                    <span className="note block">
                      {addedBy} {moment(addedAt)}
                    </span>
                  </td>
                  {mayEdit && (
                    <td className="number">
                      <Popconfirm
                        title={`删去别名“${alias}”？`}
                        description="以后写这个名称的工作簿不再认作本机构。"
                        okText="删去"
                        cancelText="取消"
                        onConfirm={() => change.mutate({ alias, isGone: true })}
                      >
                        <Button type="link" size="small">
                          删去
                        </Button>
                      </Popconfirm>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {mayEdit && (
          <div className="card-body alias-add">
            <FailureLine error={change.error} />
            <Input
              aria-label="新别名"
              placeholder="如 青禾示范"
              value={text}
              maxLength={128}
              onChange={({ target }) => setText(target.value)}
              onPressEnter={add}
            />
            <Button onClick={add} loading={change.isPending} disabled={text.trim() === ''}>
              登记别名
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
