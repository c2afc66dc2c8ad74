import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React, { useId, useState } from 'react';

/** A part of the panel with a heading that opens and closes it. */
export function Section(props: {
  title: string;
  count: number;
  className: string;
  testId?: string;
  children: React.ReactNode;
}): React.JSX.Element {
  const [isOpen, setOpen] = useState(true);
  const bodyId = useId();
  const Caret = isOpen ? caretDownIcon.react : caretRightIcon.react;
  return (
    <section
      className={`jp-AutoDash-section ${props.className}`}
      data-open={isOpen}
      data-testid={props.testId}
    >
      <h3 className="jp-AutoDash-sectionHeading">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={bodyId}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          <Caret tag="span" />
          <span>{props.title}</span>
          {props.count > 0 && <span className="jp-AutoDash-count">{props.count}</span>}
        </button>
      </h3>
      <div id={bodyId} className="jp-AutoDash-sectionBody" hidden={!isOpen}>
        {props.children}
      </div>
    </section>
  );
}
