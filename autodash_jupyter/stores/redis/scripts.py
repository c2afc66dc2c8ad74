"""The scripts that run in Redis, each done whole or not at all; ``redis_layout`` tells what lies where."""

from __future__ import annotations

__all__ = ["ANY", "CHANGES", "PUT", "PUT_IF", "REMOVE", "SWEEP"]

LOGGED = 2_000  # changes; who is further behind looks at the whole index
ANY = "*"  # a revision that every record has, and also what isn't there
REMEMBERED = 60_000  # milliseconds for which a write on a condition is known to be done, if it is sent again

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

# What both scripts that put records have in common. Their ARGV begin with a new id and the milliseconds to
# live or ''; an order number may be '': the number of the change.
_PUT_ONE = """
local expires = '0'
if ARGV[4] ~= '' then expires = string.format('%.0f', now + tonumber(ARGV[4])) end
local function begin_layout()
  if not version then
    redis.call('HSET', KEYS[1], 'version', ARGV[1], 'id', ARGV[3])
  end
  if expires ~= '0' and tonumber(expires) > tonumber(redis.call('HGET', KEYS[1], 'expires') or 0) then
    redis.call('HSET', KEYS[1], 'expires', expires)
  end
end
local function put_one(key, digest, order, tail, value)
  local old = redis.call('HGET', KEYS[2], digest)
  if old then
    local place, until_then = string.match(old, '^(%d+):(%d+):')
    if place and (until_then == '0' or tonumber(until_then) > now) then order = place end
  end
  redis.call('HSET', KEYS[2], digest, order .. ':' .. expires .. ':' .. tail)
  redis.call('RPUSH', KEYS[3], digest)
  redis.call('SET', key, value)
  if expires ~= '0' then redis.call('PEXPIREAT', key, expires) end
end
"""

# What both scripts that remove records have in common. The log keeps the key, which the index no longer has.
_REMOVE_ONE = """
local function remove_one(key, digest)
  local entry = redis.call('HGET', KEYS[2], digest)
  if redis.call('HDEL', KEYS[2], digest) + redis.call('DEL', key) > 0 then
    local name = entry and string.match(entry, '^%d+:%d+:%d+:%x+:(.*)$')
    redis.call('RPUSH', KEYS[3], '-' .. (name or ''))
    redis.call('HINCRBY', KEYS[1], 'changes', 1)
  end
end
"""

# ARGV: a new id, milliseconds to live or '', and for each entry its digest, order number, tail and value.
PUT = (
    _GUARD
    + _PUT_ONE
    + """
begin_layout()
local count = #KEYS - 3
local changes = redis.call('HINCRBY', KEYS[1], 'changes', count)
for number = 1, count do
  local at = 4 * number
  local order = ARGV[at + 2]
  if order == '' then order = string.format('%.0f', changes - count + number) end
  put_one(KEYS[3 + number], ARGV[at + 1], order, ARGV[at + 3], ARGV[at + 4])
end
"""
    + _LEAVE
)

# The first of KEYS' records is the mark that this write was done. ARGV: a new id, milliseconds to live or '',
# and for each record its digest, the revision expected (or '', or ANY), what to do ('put', 'remove' or ''),
# and to put it its order number, tail and value. Returns a negative time where a revision is another one.
PUT_IF = (
    _GUARD
    + _PUT_ONE
    + _REMOVE_ONE
    + f"""
if redis.call('EXISTS', KEYS[4]) == 1 then return string.format('%.0f', now) end
local count = #KEYS - 4
for number = 1, count do
  local expected = ARGV[6 * number]
  if expected ~= '{ANY}' then
    local entry = redis.call('HGET', KEYS[2], ARGV[6 * number - 1])
    local revision = entry and string.match(entry, '^%d+:%d+:%d+:(%x+):') or ''
    if redis.call('EXISTS', KEYS[4 + number]) == 0 then revision = '' end
    if revision ~= expected then return string.format('%.0f', -now) end
  end
end
begin_layout()
redis.call('SET', KEYS[4], 1, 'PX', {REMEMBERED})
for number = 1, count do
  local at = 4 + 6 * (number - 1)
  local digest, action, order = ARGV[at + 1], ARGV[at + 3], ARGV[at + 4]
  if action == 'put' then
    local changes = redis.call('HINCRBY', KEYS[1], 'changes', 1)
    if order == '' then order = string.format('%.0f', changes) end
    put_one(KEYS[4 + number], digest, order, ARGV[at + 5], ARGV[at + 6])
  elseif action == 'remove' then
    remove_one(KEYS[4 + number], digest)
  end
end
"""
    + _LEAVE
)

# ARGV: the digests.
REMOVE = (
    _GUARD
    + _REMOVE_ONE
    + """
for number = 1, #KEYS - 3 do
  remove_one(KEYS[3 + number], ARGV[2 + number])
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
