Feature: Telling a customer of an outage
  A customer hears of an outage from us within an hour, then every four hours or when we said we would call again,
  and once more when it works.

  Background:
    Given the rules of pack "house"

  Scenario: Called at once, called again, called at the end
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +0m     T-1  outage.opened    incident=T-1 customer=ромашка
      +10m    T-1  call.made        incident=T-1 customer=ромашка channel=mobile
      +3h     T-1  call.made        incident=T-1 customer=ромашка channel=mobile
      +5h     T-1  outage.resolved  incident=T-1 customer=ромашка
      +5h10m  T-1  call.made        incident=T-1 customer=ромашка channel=mobile
      """
    When the log is audited
    Then there are no violations
    And rule "outage-first-notice" has 1 kept
    And rule "outage-updates" has 2 kept, 1 void
    And rule "outage-restoration-told" has 1 kept

  Scenario: A call after 75 minutes is a quarter of an hour late
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      | when   | case | event           | incident | customer | channel |
      | +0m    | T-1  | outage.opened   | T-1      | ромашка  |         |
      | +1h15m | T-1  | call.made       | T-1      | ромашка  | mobile  |
      | +2h    | T-1  | outage.resolved | T-1      | ромашка  |         |
      | +2h5m  | T-1  | call.made       | T-1      | ромашка  | mobile  |
    When the log is audited
    Then the findings are:
      | rule                | verdict | due | late |
      | outage-first-notice | late    | +1h | 15m  |

  Scenario: It stood on the web site and on the status page, so nobody was told
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      | when | case | event           | incident | customer | channel    |
      | +0m  | T-1  | outage.opened   | T-1      | ромашка  |            |
      | +5m  | T-1  | notice.sent     | T-1      | ромашка  | website    |
      | +6m  | T-1  | notice.sent     | T-1      | ромашка  | statuspage |
      | +6h  | T-1  | outage.resolved | T-1      | ромашка  |            |
      | +8h  | T-1  | ticket.closed   | T-1      | ромашка  |            |
    When the log is audited
    Then the findings are:
      | rule                    | verdict | due | late |
      | outage-first-notice     | missed  | +1h | 7h   |
      | outage-updates          | missed  | +4h | 2h   |
      | outage-restoration-told | missed  | +7h | 1h   |

  Scenario: The third outage within a month is one too many, however politely it is told
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +0m      T-1  outage.opened    incident=T-1 customer=ромашка
      +5m      T-1  notice.sent      incident=T-1 customer=ромашка channel=sms
      +1h      T-1  outage.resolved  incident=T-1 customer=ромашка
      +1h5m    T-1  notice.sent      incident=T-1 customer=ромашка channel=sms
      +72h     T-2  outage.opened    incident=T-2 customer=ромашка
      +72h5m   T-2  notice.sent      incident=T-2 customer=ромашка channel=sms
      +73h     T-2  outage.resolved  incident=T-2 customer=ромашка
      +73h5m   T-2  notice.sent      incident=T-2 customer=ромашка channel=sms
      +144h    T-3  outage.opened    incident=T-3 customer=ромашка
      +144h5m  T-3  notice.sent      incident=T-3 customer=ромашка channel=sms
      +145h    T-3  outage.resolved  incident=T-3 customer=ромашка
      +145h5m  T-3  notice.sent      incident=T-3 customer=ромашка channel=sms
      """
    When the log is audited
    Then the findings are:
      | rule         | verdict | at    | case |
      | outage-count | broken  | +144h | T-3  |

  Scenario: While the outage lasts and the hour is not over, nothing is wrong yet
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +0m  T-1  outage.opened  incident=T-1 customer=ромашка
      """
    When the log is audited as of +59m
    Then there are no findings
    And rule "outage-first-notice" has 1 open
