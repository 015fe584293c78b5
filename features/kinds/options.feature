Feature: Each option of the kinds of rule
  What else the kinds can say, to the instant.

  Scenario: response. Several questions in a row are one
    Given the rule:
      """
      kind: response
      after: question.asked
      each: unanswered
      expect: answer.given
      within: 1h
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked
      +30m  T-1  question.asked
      +90m  T-1  answer.given
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | late    | +1h | 30m  |

  Scenario: response. Cancelled in time, the duty falls away
    Given the rule:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      unless: question.withdrawn
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   T-1  question.asked
      +1h   T-1  question.withdrawn
      +0m   T-2  question.asked
      +61m  T-2  question.withdrawn
      """
    When it is audited as of +3h
    Then the findings are:
      | verdict | due | late |
      | missed  | +1h | 2h   |

  Scenario: response. One outage, a duty to each customer it hit
    Given the rule:
      """
      kind: response
      per: [incident, customer]
      for_each: affected
      after: outage.opened
      expect: call.made
      within: 1h
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m   I-1  outage.opened  incident=I-1 affected=ромашка,лютик
      +10m  I-1  call.made      incident=I-1 customer=ромашка
      +2h   I-1  call.made      incident=I-1 customer=лютик
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | late    | +1h | 1h   |

  Scenario: response. A reopened ticket resumes with the time that was left
    Given the rule:
      """
      kind: response
      after: [ticket.opened, ticket.reopened]
      expect: ticket.solved
      within: 4h
      carry: true
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h   T-1  ticket.opened
      +3h   T-1  ticket.solved
      +10h  T-1  ticket.reopened
      +12h  T-1  ticket.solved
      """
    When it is audited
    Then the findings are:
      | verdict | due  | late |
      | late    | +11h | 1h   |

  Scenario: response. A rule binds from its date on
    Given the rule:
      """
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      in_force: {from: 2026-03-03}
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h   T-1  question.asked
      +20h  T-2  question.asked
      """
    When it is audited as of +24h
    Then the findings are:
      | verdict | due  | late |
      | missed  | +21h | 3h   |

  Scenario: response. The earlier of two deadlines, one from another event
    Given the rule:
      """
      kind: response
      after: incident.classified
      expect: report.sent
      within: {earliest_of: [4h, {from: incident.detected, within: 24h}]}
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h   I-1  incident.detected
      +22h  I-1  incident.classified
      +25h  I-1  report.sent
      """
    When it is audited
    Then the findings are:
      | verdict | due  | late |
      | late    | +24h | 1h   |

  Scenario: response. Each violation asks for an apology
    Given the rule:
      """
      id: answer
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      """
    And a rule:
      """
      id: amends
      kind: response
      after: {violation: answer}
      expect: apology.made
      within: 2h
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h  T-1  question.asked
      +2h  T-1  answer.given
      +4h  T-1  apology.made
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | late    | +1h | 1h   |
      | late    | +3h | 1h   |

  Scenario: cadence. The first update has a limit of its own
    Given the rule:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: notice.sent
      every: 4h
      first: 1h
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h  T-1  outage.opened
      +2h  T-1  notice.sent
      +6h  T-1  notice.sent
      +7h  T-1  outage.resolved
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | late    | +1h | 1h   |

  Scenario: notice. A change that is moved asks for its own notice
    Given the rule:
      """
      kind: notice
      before: change.announced
      moment: effective_at
      expect: notice.sent
      ahead: 10d
      change_of: subject
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0d   T-1  change.announced  subject=price effective_at=+30d
      +5d   T-1  change.announced  subject=price effective_at=+40d
      +31d  T-1  notice.sent
      """
    When it is audited as of +50d
    Then the findings are:
      | verdict | due  | late |
      | late    | +30d | 1d   |

  Scenario: notice. One notice may serve several changes
    Given the rule:
      """
      kind: notice
      before: works.started
      expect: notice.sent
      ahead: 3d
      reuse: true
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0d   T-1  notice.sent
      +5d   T-1  works.started
      +9d   T-1  works.started
      """
    When it is audited
    Then there are no findings

  Scenario: notice. In time by one way of counting, not by a stricter one
    Given the rule:
      """
      kind: notice
      before: change.made
      expect: notice.sent
      ahead: 10d
      lead: [elapsed, full-days-between]
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0d   T-1  notice.sent
      +10d  T-1  change.made
      """
    When it is audited
    Then the findings are:
      | verdict    | due | late |
      | borderline | +0d | -    |

  Scenario: guard. Forbidden only while it lasts
    Given the rule:
      """
      kind: guard
      never: advert.sent
      while: {from: outage.opened, to: outage.resolved}
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h  T-1  advert.sent
      +1h  T-1  outage.opened
      +2h  T-1  advert.sent
      +3h  T-1  outage.resolved
      +4h  T-1  advert.sent
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | broken  | +2h | -    |

  Scenario: promise. Put off more often than allowed
    Given the rule:
      """
      kind: promise
      of: promise.made
      promised: eta
      expect: work.done
      renewals: 1
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h  T-1  promise.made  eta=+4h
      +1h  T-1  promise.made  eta=+5h
      +2h  T-1  promise.made  eta=+6h
      +6h  T-1  work.done
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | broken  | +6h | -    |

  Scenario: consistency. What was said first is what stays said
    Given the rule:
      """
      kind: consistency
      of: notice.sent
      field: cause
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h  T-1  notice.sent  cause=fibre
      +1h  T-1  notice.sent  cause=Fibre
      +2h  T-1  notice.sent  cause=power
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | broken  | +2h | -    |

  Scenario: count. At most two in the whole case
    Given the rule:
      """
      kind: count
      of: ticket.reopened
      at_most: 2
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0d    T-1  ticket.reopened
      +50d   T-1  ticket.reopened
      +100d  T-1  ticket.reopened
      """
    When it is audited
    Then the findings are:
      | verdict | due   | late |
      | broken  | +100d | -    |

  Scenario: objective. Two of three answers are not ninety percent
    Given the rule:
      """
      id: answer
      kind: response
      after: question.asked
      expect: answer.given
      within: 1h
      """
    And a rule:
      """
      id: share
      kind: objective
      of: answer
      target: 90%
      each: day
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0h  T-1  question.asked
      +1h  T-1  answer.given
      +0h  T-2  question.asked
      +1h  T-2  answer.given
      +0h  T-3  question.asked
      +3h  T-3  answer.given
      """
    When it is audited as of +24h
    Then the findings are:
      | verdict | due  | late |
      | late    | +1h  | 2h   |
      | broken  | +15h | -    |

  Scenario: guard. No call outside these hours
    Given the rule:
      """
      kind: guard
      timezone: Europe/Moscow
      never: {event: call.made, where: {any: [{time: {outside: "09:00-21:00"}}, {time: {on: sun}}]}}
      """
    And a log that starts at 2026-03-07T09:00:00+03:00:
      """
      +0m   T-1  call.made
      +12h  T-1  call.made
      +1d   T-1  call.made
      """
    When it is audited
    Then the findings are:
      | verdict | at   |
      | broken  | +12h |
      | broken  | +1d  |

  Scenario: cadence. After two hours an update every two hours is enough
    Given the rule:
      """
      kind: cadence
      during: {from: outage.opened, to: outage.resolved}
      expect: status.updated
      every: 1h
      then: [{after: 2h, every: 2h}]
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m    T-1  outage.opened
      +1h    T-1  status.updated
      +2h    T-1  status.updated
      +4h    T-1  status.updated
      +6h5m  T-1  status.updated
      +7h    T-1  outage.resolved
      """
    When it is audited
    Then the findings are:
      | verdict | due | late |
      | late    | +6h | 5m   |

  Scenario: consistency. One term throughout a thread
    Given the rule:
      """
      kind: consistency
      of: message.sent
      terms: [apology, blame]
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m  T-1  message.sent  text="We are sorry for the outage."
      +1h  T-1  message.sent  text="We apologise again."
      +2h  T-1  message.sent  text="This is your own fault."
      """
    When it is audited
    Then the findings are:
      | verdict | at  |
      | broken  | +2h |

  Scenario: wording. No sentence of more than ten words
    Given the rule:
      """
      kind: wording
      of: message.sent
      require: [longest-sentence <= 10]
      """
    And a log that starts at 2026-03-02T09:00:00Z:
      """
      +0m  T-1  message.sent  text="One two three four five six seven eight nine ten. Eleven."
      +1h  T-1  message.sent  text="One two three four five six seven eight nine ten eleven."
      """
    When it is audited
    Then the findings are:
      | verdict | at  |
      | broken  | +1h |
