import assert from 'node:assert/strict';
import { scheduledTasks } from './wordpress-cron.ts';

describe('the scheduled tasks of WordPress', () => {
  it('reach PHP as they are: Kubernetes reads $( and $$ in a command in its own way', () => {
    assert.doesNotMatch(scheduledTasks, /\$[($]/);
  });

  it('are those of WordPress itself, once it is watched how they end', () => {
    const at = (text: string) => scheduledTasks.indexOf(text);
    assert.ok(at('register_shutdown_function') >= 0);
    assert.ok(at('wp_die_handler') < at("require '/var/www/html/wp-cron.php'"));
  });
});
