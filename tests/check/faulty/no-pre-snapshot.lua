return runbook {
  name = "no-pre-snapshot",
  title = "A change before anything was captured",
  authority = { operator = "cto", approver = "ceo" },
  parameters = { client = param.profile { why = "Which account" } },
  read_first = { "PAC.md" },
  rails = { rails.baselines_unchanged },
  procedure = {
    mutate "verify" (function()
      step "Ask once more"
      mailgun.domains.verify { name = "acme.connie.example" }
--> 11:7 error no-pre-snapshot: mailgun.domains.verify changes something before a snapshot labelled PRE was captured → capture one in a read phase before: snapshot.capture { label = "PRE" }
    end),
    read "look" (function()
      snapshot.capture { label = "PRE" }
    end),
  },
  done = { sign_off "cto" },
  variants = {},
}
