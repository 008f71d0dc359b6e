-- Whose a thing is that only a text tells: a client's name counts as a whole. "acme" is in neither
-- "acme-west" nor "Acme West voicemail mails".
local names = {}

-- Words beside a name that are no part of one. Any other word may make it another client's.
local beside = {}
for word in ([[
  a an admin and api by client connie domain e-mail e-mails email emails experience for functions key
  keys mail mailgun mails new of old prod production sending since smtp staging test the voicemail
  voicemails wait
]]):gmatch("%S+") do
  beside[word] = true
end

local function plain(word)
  return beside[word] or word:match("^[%d%-%.:/]+$") ~= nil
end

local function words_of(text)
  local words = {}
  for word in tostring(text or ""):lower():gmatch("[^%s,;:()%[%]\"'|/=]+") do words[#words + 1] = word end
  return words
end

-- Whether `text` names the client, and nothing that may be another's.
function names.whole(text, client)
  local words, wanted = words_of(text), words_of(client)
  for at = 1, #words - #wanted + 1 do
    local same = true
    for i, word in ipairs(wanted) do same = same and words[at + i - 1] == word end
    local before, after = words[at - 1], words[at + #wanted]
    if same and (not before or plain(before)) and (not after or plain(after)) then return true end
  end
  return false
end

-- Whether `text` holds an identifier as a whole word.
function names.holds(text, id)
  return (" " .. tostring(text) .. " "):find("[^%w%-_]" .. id:gsub("%p", "%%%0") .. "[^%w%-_]") ~= nil
end

-- "a, b,c": its parts, without blanks; an empty list where there is no text.
function names.listed(text)
  local list = {}
  for part in tostring(text or ""):gmatch("[^,%s]+") do list[#list + 1] = part end
  return list
end

return names
