Feature: What we said about when it will work, and when we call again, holds

  Background:
    Given the rules of pack "house"

  Scenario: News promised for the morning, work promised for ten o'clock, both kept
    Given a log that starts at 2015-06-17T08:38:00+03:00:
      """
      +0m                        T-1  outage.opened    incident=T-1 customer=ромашка
      +8m                        T-1  call.made        incident=T-1 customer=ромашка eta=2015-06-18T10:00:00+03:00 next_update_at=2015-06-18T09:00:00+03:00
      2015-06-18T08:32:00+03:00  T-1  call.made        incident=T-1 customer=ромашка
      2015-06-18T09:12:00+03:00  T-1  outage.resolved  incident=T-1 customer=ромашка
      2015-06-18T09:21:00+03:00  T-1  call.made        incident=T-1 customer=ромашка
      """
    When the log is audited
    Then there are no violations
    And rule "outage-promise-kept" has 1 kept
    And rule "outage-updates" has 2 kept, 1 void

  Scenario: It works two hours later than we said
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      | when   | case | event           | incident | customer | channel | eta |
      | +0m    | T-1  | outage.opened   | T-1      | ромашка  |         |     |
      | +10m   | T-1  | call.made       | T-1      | ромашка  | mobile  | +1h |
      | +3h    | T-1  | outage.resolved | T-1      | ромашка  |         |     |
      | +3h10m | T-1  | call.made       | T-1      | ромашка  | mobile  |     |
    When the log is audited
    Then the findings are:
      | rule                | verdict | due | late |
      | outage-promise-kept | late    | +1h | 2h   |

  Scenario: Put off for the second time
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +0m    T-1  outage.opened    incident=T-1 customer=ромашка
      +10m   T-1  call.made        incident=T-1 customer=ромашка eta=+3h
      +2h    T-1  call.made        incident=T-1 customer=ромашка eta=+5h
      +4h    T-1  call.made        incident=T-1 customer=ромашка eta=+8h
      +7h    T-1  outage.resolved  incident=T-1 customer=ромашка
      +7h5m  T-1  call.made        incident=T-1 customer=ромашка
      """
    When the log is audited
    Then the findings are:
      | rule                | verdict | at  |
      | outage-promise-kept | broken  | +4h |
    And rule "outage-promise-kept" has 2 void, 1 broken
