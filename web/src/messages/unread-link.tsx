import { Link } from 'react-router';
import { useUnread } from './messages.query.js';

/** 消息 in the head, with how many are unread. */
export function UnreadLink() {
  const { data } = useUnread(true);
  const count = data?.count ?? 0;
  return (
    <Link to="/messages" className="messages-link" data-testid="messages-link">
      消息
      {count > 0 && (
        <span className="unread-count" data-testid="unread-count">
          {count > 99 ? '99+' : count}
          <span className="visually-hidden">条未读</span>
        </span>
      )}
    </Link>
  );
}
