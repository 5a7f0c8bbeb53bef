import { Button } from 'antd';
import { API } from '../api/client.js';
import { may, useSession } from '../api/session.query.js';

/** 存证包: all that recomputes the evaluation; for those who may not have everybody's figures, what commits to them. */
export function BundleButton({ evaluation }: { readonly evaluation: string }) {
  const { data: me } = useSession();
  if (!may(me, 'evaluation', 'bundle')) return null;
  return (
    <Button href={`${API}/evaluations/${evaluation}/bundle`} download={true} data-testid="download-bundle">
      {may(me, 'evaluation', 'full-bundle') ? '存证包' : '存证包（脱敏）'}
    </Button>
  );
}
