"""The scripts that run in Redis, each done whole or not at all; ``keys`` tells what lies where.

KEYS: the metadata of a session, the mark of a change, and on one Redis the index of the user's sessions. All
other keys begin as the metadata's does, so they lie on the same node of a cluster. Each takes 'now' from the
server, whose clock decides when a session expires, for all of its keys at once.
"""

from __future__ import annotations

__all__ = ["APPLY", "DELETE", "READ"]

REMEMBERED = 60_000  # milliseconds for which a change is known to be made, should it be sent again

_BEGINNING = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function keys_of_tables()
  return string.gmatch(redis.call('HGET', KEYS[1], 'keys') or '', '[^\\n]+')
end
local function live_on(milliseconds, session)
  local expires = string.format('%.0f', now + tonumber(milliseconds))
  redis.call('PEXPIREAT', KEYS[1], expires)
  for key in keys_of_tables() do redis.call('PEXPIREAT', key, expires) end
  if KEYS[3] then
    redis.pcall('ZADD', KEYS[3], expires, session)  -- a server without memory can still be read
    if redis.call('PTTL', KEYS[3]) < tonumber(milliseconds) then
      redis.call('PEXPIREAT', KEYS[3], expires)
    end
  end
end
"""

# ARGV: the user, milliseconds to live, the session's id. Returns what the metadata has, or nothing.
READ = (
    _BEGINNING
    + """
local found = redis.call('HMGET', KEYS[1], 'user', 'created_at', 'revision', 'tables', 'notes')
if found[1] ~= ARGV[1] then return false end
live_on(ARGV[2], ARGV[3])
return found
"""
)

# ARGV: the layout's version, the deadline; the user, milliseconds to live, the session's id, the revision
# that the session has ('': there is none), and the commands, each after the number of its words. Returns a
# negative time where the session is another's or has another revision.
APPLY = (
    _BEGINNING
    + f"""
if ARGV[2] ~= '' and now > tonumber(ARGV[2]) then
  return redis.error_reply('TOOLATE ' .. string.format('%.0f', now))
end
if redis.call('EXISTS', KEYS[2]) == 1 then return string.format('%.0f', now) end
local user, revision = unpack(redis.call('HMGET', KEYS[1], 'user', 'revision'))
if (revision or '') ~= ARGV[6] or (user or ARGV[3]) ~= ARGV[3] then return string.format('%.0f', -now) end
local commands, at = {{}}, 7
while at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  commands[#commands + 1] = {{unpack(ARGV, at + 1, last)}}
  at = last + 1
end
for _, command in ipairs(commands) do
  if command[1] == 'RENAME' and redis.call('EXISTS', command[2]) == 0 then
    return redis.error_reply('GONE ' .. command[2])
  end
end
redis.call('SET', KEYS[2], 1, 'PX', {REMEMBERED})
for _, command in ipairs(commands) do redis.call(unpack(command)) end
live_on(ARGV[4], ARGV[5])
return string.format('%.0f', now)
"""
)

# ARGV: the layout's version, the deadline; the user, the session's id.
DELETE = (
    _BEGINNING
    + """
if ARGV[2] ~= '' and now > tonumber(ARGV[2]) then
  return redis.error_reply('TOOLATE ' .. string.format('%.0f', now))
end
if redis.call('HGET', KEYS[1], 'user') ~= ARGV[3] then return string.format('%.0f', -now) end
for key in keys_of_tables() do redis.call('UNLINK', key) end
redis.call('UNLINK', KEYS[1])
if KEYS[3] then redis.call('ZREM', KEYS[3], ARGV[4]) end
return string.format('%.0f', now)
"""
)
