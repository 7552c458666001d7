-- SiteTask keeps to the conventions of kstatus:
-- https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
-- Succeeded is True when the command has ended with code 0. Stalled is True when the task has failed.
local hs = { status = "Progressing", message = "Waiting for the operator." }

if obj.metadata.deletionTimestamp ~= nil then
  hs.message = "The task is being deleted."
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

local succeeded = conditions["Succeeded"]
if succeeded ~= nil then
  hs.message = succeeded.message
  if succeeded.status == "True" then
    hs.status = "Healthy"
  end
end
return hs
