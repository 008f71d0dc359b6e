-- A class of the usual kind.
local Account = {}
Account.__index = Account

function Account.new(profile) return setmetatable({ holder = profile.name }, Account) end

function Account:name() return tostring(self.holder) end

return Account
