local shapes = {}

-- Filled by name: what is there is not written out.
for _, name in ipairs { "square", "cube" } do
  shapes[name] = function(n)
    local product = 1
    for _ = 1, name == "square" and 2 or 3 do product = product * n end
    return product
  end
end

return shapes
