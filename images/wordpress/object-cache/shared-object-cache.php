<?php
require_once ABSPATH . WPINC . '/class-wp-object-cache.php';

/**
 * WordPress's own cache, which remembers for one request, with a Valkey behind it that all pods of the site share. While the
 * Valkey does not answer, WordPress's own cache is all there is, and nobody notices but by the time that it takes.
 */
final class SharedObjectCache extends WP_Object_Cache
{
    /** Seconds. Both together are the most that a request loses to a server that is away: it is not asked twice. */
    private const CONNECT = 0.5;
    private const ANSWER = 1.0;
    /** Seconds, where none are given. What could not be deleted, because the server was away just then, ends by itself. */
    private const LIFETIME = 3600;
    /** Bytes of a signature. */
    private const SIGNATURE = 32;
    /** Tries to count before somebody else does. */
    private const TURNS = 5;

    private ?Redis $server = null;
    private bool $isAway = false;
    /** @var array<string, true> Groups that are remembered for one request only. */
    private array $local = [];
    private string $blog;
    /** What entries are signed with. */
    private string $key;

    /** Whoever knows the secret is the site itself. */
    public function __construct(private string $host, private int $port, private string $password, string $secret)
    {
        parent::__construct();
        $this->key = hash('sha256', "object-cache:$secret", true);
        $this->blog = is_multisite() ? (string) get_current_blog_id() : '';
    }

    public function keepLocal(array $groups): void
    {
        $this->local += array_fill_keys($groups, true);
    }

    public function switch_to_blog($blog)
    {
        parent::switch_to_blog($blog);
        $this->blog = is_multisite() ? (string) (int) $blog : '';
    }

    public function get($key, $group = 'default', $force = false, &$found = null)
    {
        $found = false;
        if (!$this->is_valid_key($key)) {
            return false;
        }
        if (!$force || $this->isLocal($group)) {
            $value = parent::get($key, $group, false, $found);
            if ($found || $this->isLocal($group)) {
                return $value;
            }
            $this->cache_misses -= 1;
        }
        $stored = $this->ask(fn (Redis $server) => $server->get($this->name($key, $group)));
        return $this->taken($key, $group, $stored, $found);
    }

    public function get_multiple($keys, $group = 'default', $force = false)
    {
        if ($this->isLocal($group)) {
            return parent::get_multiple($keys, $group, $force);
        }
        $values = [];
        $wanted = [];
        foreach ($keys as $key) {
            $values[$key] = $force ? false : parent::get($key, $group, false, $found);
            if (($force || !$found) && $this->is_valid_key($key)) {
                $this->cache_misses -= $force ? 0 : 1;
                $wanted[] = $key;
            }
        }
        if ($wanted === []) {
            return $values;
        }
        $names = array_map(fn ($key) => $this->name($key, $group), $wanted);
        $stored = $this->ask(fn (Redis $server) => $server->mget($names));
        foreach ($wanted as $at => $key) {
            $values[$key] = $this->taken($key, $group, is_array($stored) ? $stored[$at] : null, $found);
        }
        return $values;
    }

    public function set($key, $data, $group = 'default', $expire = 0)
    {
        if (!parent::set($key, $data, $group, $expire)) {
            return false;
        }
        $this->put($key, $data, $group, $expire);
        return true;
    }

    /** What is there already stays: WordPress and plugins take a lock so. */
    public function add($key, $data, $group = 'default', $expire = 0)
    {
        if ($this->isLocal($group) || wp_suspend_cache_addition() || !$this->is_valid_key($key)) {
            return parent::add($key, $data, $group, $expire);
        }
        $answer = $this->put($key, $data, $group, $expire, 'NX');
        return $answer === null ? $this->addHere($key, $data, $group, $expire) : $answer && parent::set($key, $data, $group);
    }

    public function replace($key, $data, $group = 'default', $expire = 0)
    {
        if ($this->isLocal($group) || !$this->is_valid_key($key)) {
            return parent::replace($key, $data, $group, $expire);
        }
        $answer = $this->put($key, $data, $group, $expire, 'XX');
        return $answer === null ? parent::replace($key, $data, $group, $expire) : $answer && parent::set($key, $data, $group);
    }

    public function delete($key, $group = 'default', $deprecated = false)
    {
        $wasHere = parent::delete($key, $group);
        if ($this->isLocal($group) || !$this->is_valid_key($key)) {
            return $wasHere;
        }
        $deleted = $this->ask(fn (Redis $server) => $server->del($this->name($key, $group)));
        return is_int($deleted) ? $deleted > 0 : $wasHere;
    }

    public function incr($key, $offset = 1, $group = 'default')
    {
        return $this->counted($key, (int) $offset, $group) ?? parent::incr($key, $offset, $group);
    }

    public function decr($key, $offset = 1, $group = 'default')
    {
        return $this->counted($key, -(int) $offset, $group) ?? parent::decr($key, $offset, $group);
    }

    public function flush()
    {
        $this->forget();
        // The whole of it belongs to this site.
        return $this->ask(fn (Redis $server) => $server->flushDB()) ?? true;
    }

    /** What this request remembers; the server keeps it. */
    public function forget(): bool
    {
        return parent::flush();
    }

    /** What the server said of a key: null when it is away, false when it has none. */
    private function taken($key, $group, string|false|null $stored, &$found)
    {
        if ($stored === null) {
            return parent::get($key, $group, false, $found);
        }
        $serialized = $stored === false ? null : $this->opened($this->name($key, $group), $stored);
        $found = $serialized !== null;
        if (!$found) {
            $this->cache_misses += 1;
            return false;
        }
        $this->cache_hits += 1;
        $value = unserialize($serialized);
        parent::set($key, $value, $group);
        return $value;
    }

    /** Whether the server took it; null when it is away. */
    private function put($key, $data, $group, $expire, ?string $only = null): ?bool
    {
        if ($this->isLocal($group)) {
            return null;
        }
        $seconds = $expire > 0 ? (int) $expire : self::LIFETIME;
        $name = $this->name($key, $group);
        $value = $this->sealed($name, $data);
        $options = ['EX' => $seconds, ...($only === null ? [] : [$only])];
        return $this->ask(fn (Redis $server) => (bool) $server->set($name, $value, $options));
    }

    private function addHere($key, $data, $group, $expire): bool
    {
        parent::get($key, $group, false, $found);
        return !$found && parent::set($key, $data, $group, $expire);
    }

    /** The new number, never below 0; false when there is none to count; null when the server is away. */
    private function counted($key, int $offset, $group): int|false|null
    {
        if ($this->isLocal($group) || !$this->is_valid_key($key)) {
            return null;
        }
        $name = $this->name($key, $group);
        $number = $this->ask(fn (Redis $server) => $this->countedThere($server, $name, $offset));
        if (is_int($number)) {
            parent::set($key, $number, $group);
        }
        return $number;
    }

    /** Written only if nobody has counted meanwhile; false when there is no number. */
    private function countedThere(Redis $server, string $name, int $offset): int|false
    {
        for ($turn = 0; $turn < self::TURNS; $turn += 1) {
            $server->watch($name);
            $stored = $server->get($name);
            $serialized = $stored === false ? null : $this->opened($name, $stored);
            $value = $serialized === null ? null : unserialize($serialized);
            if (!is_int($value)) {
                $server->unwatch();
                return false;
            }
            $number = max(0, $value + $offset);
            $written = $server->multi()->set($name, $this->sealed($name, $number), ['KEEPTTL'])->exec();
            if (is_array($written)) {
                return $number;
            }
        }
        return false;
    }

    /**
     * The signature stands behind the value, and is of its name too. PHP makes objects of what it unserializes, so whoever could
     * write into the server could make the site do as he likes.
     */
    private function sealed(string $name, mixed $data): string
    {
        $serialized = serialize($data);
        return $serialized . $this->signature($name, $serialized);
    }

    /** The value as it was serialized; null when nobody of this site has written it. */
    private function opened(string $name, string $stored): ?string
    {
        $serialized = substr($stored, 0, -self::SIGNATURE);
        $isOurs = hash_equals($this->signature($name, $serialized), substr($stored, -self::SIGNATURE));
        return $isOurs ? $serialized : null;
    }

    private function signature(string $name, string $serialized): string
    {
        return hash_hmac('sha256', strlen($name) . ":$name$serialized", $this->key, true);
    }

    /** What the server answers; null when it is away. */
    private function ask(callable $question): mixed
    {
        if ($this->isAway) {
            return null;
        }
        try {
            $this->server ??= $this->connection();
            return $question($this->server);
        } catch (RedisException $error) {
            $this->isAway = true;
            error_log("The object cache at $this->host does not answer, this request does without: {$error->getMessage()}");
            return null;
        }
    }

    private function connection(): Redis
    {
        $server = new Redis();
        // A name that is not found is told as a warning too.
        @$server->connect($this->host, $this->port, self::CONNECT, null, 0, self::ANSWER);
        if ($this->password !== '') {
            // With the name of the user a server takes it that asks for none: one that has pods from before it had a password.
            $server->auth(['default', $this->password]);
        }
        return $server;
    }

    private function name($key, $group): string
    {
        $group = $group ?: 'default';
        $blog = isset($this->global_groups[$group]) ? '' : $this->blog;
        return "$blog:$group:$key";
    }

    private function isLocal($group): bool
    {
        return isset($this->local[$group ?: 'default']);
    }
}
