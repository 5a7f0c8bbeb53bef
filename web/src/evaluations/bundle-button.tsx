import { Button } from 'antd';
import { API } from '../api/client.js';
import { holds, useSession } from '../api/session.query.js';

/** 存证包: all that recomputes the evaluation. It holds every institution's figures, so not everybody may have it. */
export function BundleButton({ evaluation }: { readonly evaluation: string }) {
  const { data: me } = useSession();
  if (!holds(me, 'officer', 'verifier', 'auditor')) return null;
  return (
    <Button href={`${API}/evaluations/${evaluation}/bundle`} download={true} data-testid="download-bundle">
      存证包
    </Button>
  );
}
