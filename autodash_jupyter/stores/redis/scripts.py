"""The scripts that run in Redis, each done whole or not at all; ``redis_layout`` tells what lies where."""

from __future__ import annotations

__all__ = ["CHANGES", "PUT", "REMOVE", "SWEEP"]

LOGGED = 2_000  # changes; who is further behind looks at the whole index

# Each script refuses a layout that is newer, and one that comes later than its client waits: a write that
# was given up is then never done after all, over what was written since.
_GUARD = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local version = redis.call('HGET', KEYS[1], 'version')
if version and not (tonumber(version) and tonumber(version) <= tonumber(ARGV[1])) then
  return redis.error_reply('NEWERLAYOUT ' .. version)
end
if ARGV[2] ~= '' and now > tonumber(ARGV[2]) then
  return redis.error_reply('TOOLATE ' .. string.format('%.0f', now))
end
"""

_LEAVE = f"""
redis.call('LTRIM', KEYS[3], -{LOGGED}, -1)
return string.format('%.0f', now)
"""

# What all scripts that write begin their KEYS and ARGV with: state, index, log, then the records; version,
# deadline.

# ARGV: a new id, milliseconds to live or '', and for each entry its digest, order number (or '': the number
# of the change), tail and value.
PUT = (
    _GUARD
    + """
if not version then
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'id', ARGV[3])
end
local count = #KEYS - 3
local changes = redis.call('HINCRBY', KEYS[1], 'changes', count)
local expires = '0'
if ARGV[4] ~= '' then
  expires = string.format('%.0f', now + tonumber(ARGV[4]))
  if tonumber(expires) > tonumber(redis.call('HGET', KEYS[1], 'expires') or 0) then
    redis.call('HSET', KEYS[1], 'expires', expires)
  end
end
for number = 1, count do
  local at = 4 * number
  local digest, order, tail, value = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  if order == '' then order = string.format('%.0f', changes - count + number) end
  local old = redis.call('HGET', KEYS[2], digest)
  if old then
    local place, until_then = string.match(old, '^(%d+):(%d+):')
    if place and (until_then == '0' or tonumber(until_then) > now) then order = place end
  end
  redis.call('HSET', KEYS[2], digest, order .. ':' .. expires .. ':' .. tail)
  redis.call('RPUSH', KEYS[3], digest)
  redis.call('SET', KEYS[3 + number], value)
  if expires ~= '0' then redis.call('PEXPIREAT', KEYS[3 + number], expires) end
end
"""
    + _LEAVE
)

# ARGV: the digests. The log keeps the key, which the index no longer has.
REMOVE = (
    _GUARD
    + """
for number = 1, #KEYS - 3 do
  local digest = ARGV[2 + number]
  local entry = redis.call('HGET', KEYS[2], digest)
  if redis.call('HDEL', KEYS[2], digest) + redis.call('DEL', KEYS[3 + number]) > 0 then
    local key = entry and string.match(entry, '^%d+:%d+:%d+:%x+:(.*)$')
    redis.call('RPUSH', KEYS[3], '-' .. (key or ''))
    redis.call('HINCRBY', KEYS[1], 'changes', 1)
  end
end
"""
    + _LEAVE
)

# ARGV: the digests; only what has expired is taken from the index.
SWEEP = (
    _GUARD
    + """
for number = 1, #KEYS - 3 do
  local entry = redis.call('HGET', KEYS[2], ARGV[2 + number])
  local expires = entry and string.match(entry, '^%d+:(%d+):')
  if expires and expires ~= '0' and tonumber(expires) <= now then
    redis.call('HDEL', KEYS[2], ARGV[2 + number])
  end
end
"""
    + _LEAVE
)

# KEYS: state, index, log. ARGV: the id and the number of changes that somebody knows. Returns what changed
# since, oldest first: entries of the index, and '-' with the key of what was removed; or nothing where the
# log doesn't reach back so far, or where records may have expired, which it doesn't tell.
CHANGES = """
local id, changes, expires = unpack(redis.call('HMGET', KEYS[1], 'id', 'changes', 'expires'))
local behind = (tonumber(changes) or 0) - tonumber(ARGV[2])
if expires or id ~= ARGV[1] or behind < 0 or behind > redis.call('LLEN', KEYS[3]) then return false end
local found = {}
for _, item in ipairs(behind > 0 and redis.call('LRANGE', KEYS[3], -behind, -1) or {}) do
  if string.sub(item, 1, 1) == '-' then
    found[#found + 1] = item
  else
    found[#found + 1] = redis.call('HGET', KEYS[2], item) or nil
  end
end
return found
"""
