import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React, { useId, useState } from 'react';
import { usePanelServices } from './services';

/**
 * A heading that opens and closes what is below it. With a `name`, it is kept whether it is open,
 * through a switch of notebooks and a reload.
 */
export function Disclosure(props: {
  title: string;
  level: 3 | 4;
  className: string;
  count?: number;
  name?: string;
  isOpenAtFirst?: boolean;
  testId?: string | undefined;
  /** Drawn only while it is open; what is costly to draw and easy to ask for again. */
  children: () => React.ReactNode;
}): React.JSX.Element {
  const { layout } = usePanelServices();
  const { title, level, className, count = 0, name, isOpenAtFirst = true } = props;
  const kept = name === undefined ? undefined : layout.get(name);
  const [isOpen, setOpen] = useState(kept ?? isOpenAtFirst);
  const bodyId = useId();
  const Heading = level === 3 ? 'h3' : 'h4';
  const Caret = isOpen ? caretDownIcon.react : caretRightIcon.react;
  return (
    <section className={className} data-open={isOpen} data-testid={props.testId}>
      <Heading className="jp-AutoDash-disclosure">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={bodyId}
          onClick={() => {
            setOpen(!isOpen);
            if (name !== undefined) {
              layout.set(name, !isOpen);
            }
          }}
        >
          <Caret tag="span" />
          <span>{title}</span>
          {count > 0 && <span className="jp-AutoDash-count">{count.toLocaleString('en')}</span>}
        </button>
      </Heading>
      <div id={bodyId} className="jp-AutoDash-disclosed" hidden={!isOpen}>
        {isOpen && props.children()}
      </div>
    </section>
  );
}
