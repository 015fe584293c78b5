Feature: A new tariff is told to the customer, thirty full days ahead
  Not by the web site: whoever pays a fixed sum every month falls into debt without knowing.

  Background:
    Given the rules of pack "house"

  Scenario: A letter on the last evening that leaves thirty full days
    Given a log that starts at 2026-06-01T09:00:00+03:00:
      """
      +0m                        ТАР-8  tariff.announced  customer=ромашка tariff=офис effective_at=2026-08-01T00:00:00+03:00
      2026-07-01T23:59:59+03:00  ТАР-8  notice.sent       customer=ромашка topic=tariff channel=letter
      2026-08-01T00:00:00+03:00  ТАР-8  tariff.changed    customer=ромашка tariff=офис
      """
    When the log is audited
    Then there are no violations
    And rule "tariff-notice" has 1 kept

  Scenario: A letter twenty days ahead is ten days late
    Given a log that starts at 2026-06-01T09:00:00+03:00:
      """
      +0m                        ТАР-8  tariff.announced  customer=ромашка tariff=офис effective_at=2026-08-01T00:00:00+03:00
      2026-07-12T00:00:00+03:00  ТАР-8  notice.sent       customer=ромашка topic=tariff channel=letter
      2026-08-01T00:00:00+03:00  ТАР-8  tariff.changed    customer=ромашка tariff=офис
      """
    When the log is audited
    Then the findings are:
      | rule          | verdict | due                       | late |
      | tariff-notice | late    | 2026-07-02T00:00:00+03:00 | 240h |

  Scenario: The customer is told nothing, it stands on the web site
    Given a log that starts at 2026-06-01T09:00:00+03:00:
      | when                      | case  | event            | customer | tariff | topic  | channel | effective_at              |
      | +0m                       | ТАР-8 | tariff.announced | ромашка  | офис   |        |         | 2026-08-01T00:00:00+03:00 |
      | +1h                       | ТАР-8 | notice.sent      | ромашка  |        | tariff | website |                           |
      | 2026-08-01T00:00:00+03:00 | ТАР-8 | tariff.changed   | ромашка  | офис   |        |         |                           |
    When the log is audited
    Then the findings are:
      | rule          | verdict | due                       | late |
      | tariff-notice | missed  | 2026-07-02T00:00:00+03:00 | 720h |
