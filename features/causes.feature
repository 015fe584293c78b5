Feature: The cause we tell is the cause we found

  Background:
    Given the rules of pack "house"

  Scenario: A torn cable was a torn cable
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +0m   T-1  cause.confirmed  cause='обрыв кабеля'
      +10m  T-1  call.made        channel=mobile cause='Обрыв кабеля'
      """
    When the log is audited
    Then there are no violations
    And rule "cause-agrees" has 1 kept

  Scenario: "A technical fault on the line" was a cut-off for debt
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      | when | case | event           | channel | direction | cause                     |
      | +1h  | T-1  | message.sent    | email   | out       | технический сбой на линии |
      | +72h | T-1  | cause.confirmed |         |           | отключение за неуплату    |
      | +73h | T-1  | message.sent    | email   | out       | отключение за неуплату    |
    When the log is audited
    Then the findings are:
      | rule         | verdict | at  | case |
      | cause-agrees | broken  | +1h | T-1  |
    And rule "cause-agrees" has 1 kept, 1 broken

  Scenario: As long as nothing is confirmed, nobody can say who is right
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +1h  T-1  message.sent  channel=email direction=out cause='технический сбой на линии'
      """
    When the log is audited
    Then there are no findings
    And rule "cause-agrees" has 1 open
