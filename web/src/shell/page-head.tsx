import { Fragment, type ReactNode, useEffect } from 'react';
import { Link } from 'react-router';

interface PageHeadProps {
  readonly title: string;
  readonly aside?: ReactNode;
  /** Name of the tab, where it is not the title. */
  readonly tab?: string | undefined;
  /** Texts, or texts with an address. */
  readonly trail: readonly (string | readonly [text: string, to: string])[];
  /** Buttons; the primary one last. */
  readonly children?: ReactNode;
}

/** Breadcrumb, title with what belongs beside it, buttons on the right. Names the tab too. */
export function PageHead({ title, aside, tab = title, trail, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${tab} · 绿评`;
  }, [tab]);
  return (
    <div className="page-head">
      <div>
        {trail.length > 0 && (
          <nav className="trail" aria-label="当前位置">
            {trail.map((step, index) => {
              const text = typeof step === 'string' ? step : step[0];
              return (
                <Fragment key={text}>
                  {index > 0 && ' / '}
                  {typeof step === 'string' ? step : <Link to={step[1]}>{step[0]}</Link>}
                </Fragment>
              );
            })}
          </nav>
        )}
        <h1>
          {title}
          {aside !== undefined && <span className="page-aside">{aside}</span>}
        </h1>
      </div>
      {children !== undefined && <div className="page-buttons">{children}</div>}
    </div>
  );
}
