Feature: Debt, cut-off and reconnection
  Nobody is cut off without a warning, everybody who is cut off is told so, and who pays is connected within a day.

  Background:
    Given the rules of pack "house"

  Scenario: Warned in time, cut off, told, paid, connected
    Given a log that starts at 2026-03-02T00:10:00+03:00:
      """
      +0m     ЛС-1  payment.missed     customer=ромашка amount=550
      +48h    ЛС-1  warning.sent       customer=ромашка channel=email
      +240h   ЛС-1  service.suspended  customer=ромашка reason=debt
      +241h   ЛС-1  notice.sent        customer=ромашка channel=sms topic=debt
      +250h   ЛС-1  payment.received   customer=ромашка amount=550
      +274h   ЛС-1  service.restored   customer=ромашка
      """
    When the log is audited
    Then there are no violations
    And rule "debt-warning" has 1 kept
    And rule "suspension-warned" has 1 kept
    And rule "suspension-told" has 1 kept
    And rule "suspension-lifted" has 1 kept

  Scenario: Cut off on a Monday without a word, paid on Friday, silent on the next Monday
    Given a log that starts at 2026-10-05T13:40:00+03:00:
      | when                      | case | event             | customer | reason | channel | topic      |
      | 2026-09-01T00:10:00+03:00 | ЛС-1 | payment.missed    | ромашка  |        |         |            |
      | +0m                       | ЛС-1 | service.suspended | ромашка  | debt   |         |            |
      | 2026-10-09T10:40:00+03:00 | Т-1  | message.sent      | ромашка  |        | email   | suspension |
      | 2026-10-09T12:40:00+03:00 | ЛС-1 | payment.received  | ромашка  |        |         |            |
      | 2026-10-12T12:40:00+03:00 | ЛС-1 | service.restored  | ромашка  |        |         |            |
    When the log is audited
    Then the findings are:
      | rule              | verdict | due                       | late |
      | suspension-lifted | late    | 2026-10-10T12:40:00+03:00 | 48h  |
      | suspension-told   | late    | +1h                       | 92h  |
      | suspension-warned | broken  | +0m                       |      |
      | debt-warning      | missed  | 2026-09-07T00:00:00+03:00 |      |

  Scenario: A warning that a payment has answered is used up
    Given a log that starts at 2026-03-30T13:40:00+03:00:
      """
      -240h  ЛС-1  warning.sent       customer=ромашка channel=email
      -200h  ЛС-1  payment.received   customer=ромашка amount=550
      +0m    ЛС-1  service.suspended  customer=ромашка reason=debt
      +5m    ЛС-1  notice.sent        customer=ромашка channel=sms topic=debt
      """
    When the log is audited
    Then the findings are:
      | rule              | verdict | at  |
      | suspension-warned | broken  | +0m |
