Feature: Each kind of rule
  Kinds and their options, to the instant.

  Scenario: response. An answer at the last instant, and one a minute later
    Given the rule:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m  T-1  question.asked
      +1h  T-1  answer.given
      +0m    T-2  question.asked
      +1h1m  T-2  answer.given
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | late    | +1h | 1m   |

  Scenario: response. The second answer counts
    Given the rule:
      """
      kind: response
      after: question.asked
      expect: answer.given
      times: 2
      within: 1h
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked
      +10m  T-1  answer.given
      +70m  T-1  answer.given
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | late    | +1h | 10m  |

  Scenario: response. Only the first question of a case
    Given the rule:
      """
      kind: response
      each: first
      after: question.asked
      expect: answer.given
      within: 1h
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m  T-1  question.asked
      +5m  T-1  answer.given
      +9h  T-1  question.asked
      """
    When it is audited as of +20h
    Then there are no findings

  Scenario: response. An answer just before the question counts with lookback
    Given the rule:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      lookback: 30m
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  answer.given
      +30m  T-1  question.asked
      """
    When it is audited as of +9h
    Then there are no findings

  Scenario: response. The clock stands still while the customer is asked
    Given the rule:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      pause: {from: customer.asked, to: customer.answered}
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked
      +30m  T-1  customer.asked
      +5h   T-1  customer.answered
      +6h   T-1  answer.given
      """
    When it is audited
    Then the findings are:
      | verdict | due    | late |
      | late    | +5h30m | 30m  |

  Scenario: response. The limit by priority, and by date
    Given the rule:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: {by: priority, P1: {2026-01-01: 15m, 2026-03-03: 10m}, else: 4h}
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked  priority=P1
      +24h  T-2  question.asked  priority=P1
      +24h  T-3  question.asked  priority=P3
      """
    When it is audited as of +25h
    Then the findings are:
      | verdict | due     | late   |
      | missed  | +15m    | 24h45m |
      | missed  | +24h10m | 50m    |

  Scenario: cadence. Silence in an outage is one violation however long
    Given the rule:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: update.sent
      every: 1h
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  outage.opened
      +1h   T-1  update.sent
      +5h   T-1  outage.resolved
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | missed  | +2h | 3h   |

  Scenario: cadence. A stated time takes the place of the limit
    Given the rule:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: update.sent
      every: 1h
      first: 10m
      stated: next_update_at
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  outage.opened
      +10m  T-1  update.sent  next_update_at=+5h
      +5h   T-1  update.sent
      +5h5m  T-1  outage.resolved
      """
    When it is audited
    Then there are no findings

  Scenario: cadence. A grid asks for one in each window
    Given the rule:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: update.sent
      every: 1h
      anchor: grid
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  outage.opened
      +5m   T-1  update.sent
      +50m  T-1  update.sent
      +2h30m  T-1  outage.resolved
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | missed  | +2h | 30m  |

  Scenario: notice. Ten full days before a change
    Given the rule:
      """
      kind: notice
      before: change.announced
      moment: effective_at
      expect: notice.sent
      ahead: 10d
      lead: full-days-between
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m  T-1  change.announced  effective_at=2026-03-20T00:00:00Z
      2026-03-10T00:00:00Z  T-1  notice.sent
      2026-03-20T00:00:00Z  T-1  change.made
      """
    When it is audited
    Then the findings are:
      | verdict | due                  | late |
      | late    | 2026-03-10T00:00:00Z | 0m   |

  Scenario: notice. Too early is a violation too
    Given the rule:
      """
      kind: notice
      before: change.announced
      moment: effective_at
      expect: notice.sent
      ahead: 2d
      not_before: 5d
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m  T-1  change.announced  effective_at=2026-03-20T09:00:00Z
      +1h  T-1  notice.sent
      2026-03-20T09:00:00Z  T-1  change.made
      """
    When it is audited
    Then the findings are:
      | verdict | due                  | late |
      | early   | 2026-03-18T09:00:00Z | -    |

  Scenario: guard. A warning that was paid for allows nothing
    Given the rule:
      """
      kind: guard
      never: service.suspended
      unless: [{seen: warning.sent, at_least: 24h, at_most: 30d, not_cured_by: payment.received}]
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  warning.sent
      +24h  T-1  service.suspended
      +48h  T-1  payment.received
      +72h  T-1  service.suspended
      """
    When it is audited
    Then the findings are:
      | verdict | due  | late |
      | broken  | +72h | -    |

  Scenario: guard. Forbidden for two days after a complaint
    Given the rule:
      """
      kind: guard
      never: offer.sent
      after: {event: complaint.received, for: 2d}
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m    T-1  complaint.received
      +48h   T-1  offer.sent
      +48h1m  T-1  offer.sent
      """
    When it is audited
    Then the findings are:
      | verdict | due  | late |
      | broken  | +48h | -    |

  Scenario: promise. A promise may be put off once
    Given the rule:
      """
      kind: promise
      of: notice.sent
      promised: eta
      expect: outage.resolved
      renewals: 1
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  notice.sent  eta=+1h
      +50m  T-1  notice.sent  eta=+2h
      +110m  T-1  notice.sent  eta=+3h
      +3h   T-1  outage.resolved
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | broken  | +3h | -    |

  Scenario: consistency. Another cause than the one confirmed
    Given the rule:
      """
      kind: consistency
      field: cause
      of: notice.sent
      with: cause.confirmed
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m  T-1  cause.confirmed  cause=cable
      +1h  T-1  notice.sent      cause=Cable
      +2h  T-1  notice.sent      cause=power
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | broken  | +2h | -    |

  Scenario: count. One reminder too many in a week
    Given the rule:
      """
      kind: count
      of: reminder.sent
      at_most: 2
      within: 7d
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m    T-1  reminder.sent
      +24h   T-1  reminder.sent
      +168h  T-1  reminder.sent
      """
    When it is audited
    Then the findings are:
      | verdict | due   | late |
      | broken  | +168h | -    |

  Scenario: wording. A notice without the time of the next news
    Given the rule:
      """
      kind: wording
      of: notice.sent
      require: [next-update-time]
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m  T-1  notice.sent  text="We are working on it."
      +1h  T-1  notice.sent  text="We are working on it. The next update comes at 15:00."
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | broken  | +0m | -    |
