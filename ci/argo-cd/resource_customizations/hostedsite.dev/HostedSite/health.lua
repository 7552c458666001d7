-- HostedSite keeps to the conventions of kstatus:
-- https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
-- Ready is True when the spec of observedGeneration is in force and serves. Stalled is there while a person must act.
local hs = { status = "Progressing", message = "Waiting for the operator." }

if obj.metadata.deletionTimestamp ~= nil then
  hs.message = "The site is being deleted."
  return hs
end

if obj.status == nil or obj.status.conditions == nil then
  return hs
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  return hs
end

local conditions = {}
for _, condition in ipairs(obj.status.conditions) do
  conditions[condition.type] = condition
end

local stalled = conditions["Stalled"]
if stalled ~= nil and stalled.status == "True" then
  hs.status = "Degraded"
  hs.message = stalled.message
  return hs
end

local ready = conditions["Ready"]
if ready ~= nil then
  hs.message = ready.message
  if ready.reason == "Suspended" then
    hs.status = "Suspended"
  elseif ready.status == "True" then
    hs.status = "Healthy"
  end
end
return hs
