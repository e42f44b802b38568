#!lua
-- One claim: does this article open a story, or does it report in the words of one that is known?
--
--   P:epoch            a mark of the index's life; without it the index is gone and must be rebuilt first
--   P:seq              the last document's number
--   P:a:ARTICLE        the answer that the article got: "" (it opened a story) or "containment article"
--   P:d:N              document N: flag, distinct shingles (4 bytes), hashes, sketch (7 bytes a hash), article
--   P:p:GEN:BUCKET     hash -> numbers (4 bytes each) of the documents of generation GEN that hold it, at most CAP
--
-- A document is a text that others are compared with: the one that opened a story (flag 0), or a much longer one that
-- joined it (flag 1). P is the name of KEYS[1] up to "epoch": all keys of a language share one hash tag, so they lie
-- in one slot of a cluster. The script has no flag allow-oom, so a server at its memory limit refuses it untouched.
--
-- KEYS: P:epoch [P:rebuilding]
-- ARGV: article, distinct shingles, sketch,
--       window in seconds, buckets, cap, least shared hashes, least containment, containment that needs no lead,
--       growth, clock (seconds, 0 for the server's own), age in seconds (rebuild only, else 0),
--       token of the rebuild ("" for a claim), document that it joined (rebuild only: "" for one that opened a story)
-- Answers: {epoch, ""} or {epoch, "containment article"}; {} where the index is gone or the rebuild is not ours.
local P = string.sub(KEYS[1], 1, -6)
local article, shingles, sketch = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local window, buckets, cap, least = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local enough, sure, growth = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local clock = tonumber(ARGV[11])
local rebuild = ARGV[13] ~= ''

local epoch = redis.call('GET', KEYS[1])
if rebuild then
  if redis.call('GET', KEYS[2]) ~= ARGV[13] then return {} end
elseif not epoch then
  return {}
end
if clock == 0 then clock = tonumber(redis.call('TIME')[1]) end
local generation = math.floor((clock - tonumber(ARGV[12])) / window)
local newest = math.floor(clock / window)
-- What is written now may be looked up until the end of the next generation.
local ttl = 2 * window + 3600

local known = redis.call('GET', P .. 'a:' .. article)
if known then return {epoch or '', known} end
if generation < newest - 1 then return {epoch or '', ''} end

-- Unpacks a sketch into its hashes (ascending), their 6 bytes, and which of them stand in the lead.
local function unpacked(packed)
  local count = #packed / 7
  local hashes, lead = {struct.unpack('>' .. string.rep('I6I1', count), packed)}, {}
  local numbers = {}
  for i = 1, count do
    numbers[i] = hashes[2 * i - 1]
    lead[i] = hashes[2 * i] == 1
  end
  return numbers, lead
end

local numbers, lead = unpacked(sketch)
local k = #numbers
local fields, keys, shared, hot, postings = {}, {}, {}, {}, {}
for i = 1, k do
  local field = string.sub(sketch, 7 * i - 6, 7 * i - 1)
  local bucket = numbers[i] % buckets
  fields[i] = field
  keys[i] = bucket
  local now = redis.call('HGET', P .. 'p:' .. newest .. ':' .. bucket, field) or ''
  local before = redis.call('HGET', P .. 'p:' .. (newest - 1) .. ':' .. bucket, field) or ''
  postings[i] = generation == newest and now or before
  local all = now .. before
  if #all >= 4 * cap then
    -- So many stories hold it that it is a template or a footer, and tells nothing.
    hot[numbers[i]] = true
  else
    for at = 1, #all, 4 do
      local document = struct.unpack('>I4', all, at)
      shared[document] = (shared[document] or 0) + 1
    end
  end
end

-- The hashes of the shorter sketch's range that are not hot, and how many of them both texts hold.
local function compared(theirs, their_lead, their_shingles)
  local limit = math.huge
  if k < shingles then limit = numbers[k] end
  if #theirs < their_shingles and theirs[#theirs] < limit then limit = theirs[#theirs] end
  local mine_count, their_count, both, both_lead = 0, 0, 0, false
  local mine = {}
  for i = 1, k do
    if numbers[i] <= limit and not hot[numbers[i]] then
      mine_count = mine_count + 1
      mine[numbers[i]] = lead[i] and 2 or 1
    end
  end
  for i = 1, #theirs do
    if theirs[i] <= limit and not hot[theirs[i]] then
      their_count = their_count + 1
      local found = mine[theirs[i]]
      if found then
        both = both + 1
        if found == 2 and their_lead[i] then both_lead = true end
      end
    end
  end
  return both, math.min(mine_count, their_count), both_lead
end

local best, best_score, best_document, longest = nil, 0, 0, 0
if not rebuild then
  for document, count in pairs(shared) do
    if count >= least then
      local row = redis.call('GET', P .. 'd:' .. document)
      if row then
        local flag, their_shingles, size = struct.unpack('>I1I4I1', row)
        local theirs, their_lead = unpacked(string.sub(row, 7, 6 + 7 * size))
        local both, of, both_lead = compared(theirs, their_lead, their_shingles)
        local score = of > 0 and both / of or 0
        if both >= least and score >= enough and (both_lead or (score >= sure and flag == 0)) then
          longest = math.max(longest, their_shingles)
          -- Between equals the older document, whatever the order in which pairs() gives them.
          if score > best_score or (score == best_score and document < best_document) then
            best, best_score, best_document = string.sub(row, 7 + 7 * size), score, document
          end
        end
      end
    end
  end
end

local answer, flag = '', 0
if best then
  answer, flag = string.format('%.4f ', best_score) .. best, 1
elseif ARGV[14] ~= '' then
  answer, flag = '1.0000 ' .. ARGV[14], 1
end
redis.call('SET', P .. 'a:' .. article, answer, 'EX', ttl)
-- The full story after a stub is a document too: else its own reprints would be compared with the stub alone.
if not best or (best_score >= sure and shingles >= growth * longest) then
  local document = redis.call('INCR', P .. 'seq')
  redis.call('EXPIRE', P .. 'seq', ttl)
  local row = struct.pack('>I1I4I1', flag, shingles, k) .. sketch .. article
  redis.call('SET', P .. 'd:' .. document, row, 'EX', ttl)
  local posting = struct.pack('>I4', document)
  for i = 1, k do
    if not hot[numbers[i]] and #postings[i] < 4 * cap then
      local key = P .. 'p:' .. generation .. ':' .. keys[i]
      redis.call('HSET', key, fields[i], postings[i] .. posting)
      redis.call('EXPIRE', key, ttl)
    end
  end
end
if epoch then redis.call('EXPIRE', KEYS[1], ttl) end
return {epoch or '', answer}
