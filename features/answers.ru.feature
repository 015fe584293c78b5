# language: ru
Функция: На вопросы отвечают
  Первый ответ приходит за четыре часа, следующие вопросы не ждут дольше суток, претензия дольше тридцати дней.

  Предыстория:
    Дано правила пакета "house"

  Сценарий: Два вопроса, два ответа
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
      """
      +0m   T-1  message.received  role=customer channel=email
      +2h   T-1  message.sent      role=agent channel=email
      +5h   T-1  message.received  role=customer channel=email
      +20h  T-1  message.sent      role=agent channel=email
      """
    Когда журнал проверен
    Тогда нарушений нет
    И у правила "first-answer" 1 соблюдено
    И у правила "every-question-answered" 2 соблюдено

  Сценарий: Запрос, ожидание, снова запрос
    Дано журнал, начатый 2026-03-02T14:25:00+03:00:
      | когда | обращение | событие          | role     | channel |
      | +0m   | T-1       | message.received | customer | email   |
      | +0m   | T-1       | message.sent     | bot      | email   |
      | +3h   | T-1       | message.received | customer | email   |
      | +20h  | T-1       | message.sent     | agent    | email   |
      | +45h  | T-1       | message.received | customer | email   |
      | +93h  | T-1       | message.sent     | agent    | email   |
    Когда журнал проверен
    Тогда находки:
      | правило                 | вердикт      | срок | опоздание |
      | first-answer            | с опозданием | +4h  | 16h       |
      | every-question-answered | с опозданием | +69h | 24h       |

  Сценарий: Ответ на претензию, вывешенный на сайте, не ответ
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
      """
      +0m   П-1  claim.received
      +24h  П-1  claim.answered  channel=website
      """
    Когда журнал проверен на момент 2026-04-02T10:00:00+03:00
    Тогда находки:
      | правило        | вердикт    | срок                      | опоздание |
      | claim-answered | не сделано | 2026-04-02T00:00:00+03:00 | 10h       |
