import { Button } from 'antd';
import { API } from '../api/client.js';
import { may, useSession } from '../api/session.query.js';
import type { Me } from '../api/shapes.js';

/** The full bundle recomputes the evaluation and holds every institution's figures; others get theirs alone in clear. */
export const getsFullBundle = (me: Me | undefined): boolean => may(me, 'evaluation', 'full-bundle');

/** 存证包, or 存证包（脱敏） for whoever may not see what all filed. */
export function BundleButton({ evaluation }: { readonly evaluation: string }) {
  const { data: me } = useSession();
  if (!may(me, 'evaluation', 'bundle')) return null;
  return (
    <Button href={`${API}/evaluations/${evaluation}/bundle`} download={true} data-testid="download-bundle">
      {getsFullBundle(me) ? '存证包' : '存证包（脱敏）'}
    </Button>
  );
}
