Feature: Questions are answered
  The first answer comes within four hours, no later question waits longer than a day, a claim no longer than thirty.

  Background:
    Given the rules of pack "house"

  Scenario: Two questions, two answers
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +0m   T-1  message.received  role=customer channel=email
      +2h   T-1  message.sent      role=agent channel=email
      +5h   T-1  message.received  role=customer channel=email
      +20h  T-1  message.sent      role=agent channel=email
      """
    When the log is audited
    Then there are no violations
    And rule "first-answer" has 1 kept
    And rule "every-question-answered" has 2 kept

  Scenario: Request, wait, request again
    Given a log that starts at 2026-03-02T14:25:00+03:00:
      | when   | case | event            | role     | channel |
      | +0m    | T-1  | message.received | customer | email   |
      | +0m    | T-1  | message.sent     | bot      | email   |
      | +3h    | T-1  | message.received | customer | email   |
      | +20h   | T-1  | message.sent     | agent    | email   |
      | +45h   | T-1  | message.received | customer | email   |
      | +93h   | T-1  | message.sent     | agent    | email   |
    When the log is audited
    Then the findings are:
      | rule                    | verdict | due  | late |
      | first-answer            | late    | +4h  | 16h  |
      | every-question-answered | late    | +69h | 24h  |

  Scenario: A claim that is answered on the web site is not answered
    Given a log that starts at 2026-03-02T09:00:00+03:00:
      """
      +0m   П-1  claim.received
      +24h  П-1  claim.answered  channel=website
      """
    When the log is audited as of 2026-04-02T10:00:00+03:00
    Then the findings are:
      | rule           | verdict | due                       | late |
      | claim-answered | missed  | 2026-04-02T00:00:00+03:00 | 10h  |
