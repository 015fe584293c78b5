# language: ru
Функция: Долг, отключение и подключение
  Никого не отключают без предупреждения, каждому отключённому об этом говорят, а кто заплатил, подключён через день.

  Предыстория:
    Дано правила пакета "house"

  Сценарий: Предупредили вовремя, отключили, сказали, клиент заплатил, подключили
    Дано журнал, начатый 2026-03-02T00:10:00+03:00:
      """
      +0m     ЛС-1  payment.missed     customer=ромашка amount=550
      +48h    ЛС-1  warning.sent       customer=ромашка channel=email
      +240h   ЛС-1  service.suspended  customer=ромашка reason=debt
      +241h   ЛС-1  notice.sent        customer=ромашка channel=sms topic=debt
      +250h   ЛС-1  payment.received   customer=ромашка amount=550
      +274h   ЛС-1  service.restored   customer=ромашка
      """
    Когда журнал проверен
    Тогда нарушений нет
    И у правила "debt-warning" 1 соблюдено
    И у правила "suspension-warned" 1 соблюдено
    И у правила "suspension-told" 1 соблюдено
    И у правила "suspension-lifted" 1 соблюдено

  Сценарий: В понедельник отключили молча, в пятницу заплачено, в следующий понедельник телефоны молчат
    Дано журнал, начатый 2026-10-05T13:40:00+03:00:
      | когда                     | обращение | событие           | customer | reason | channel | topic      |
      | 2026-09-01T00:10:00+03:00 | ЛС-1      | payment.missed    | ромашка  |        |         |            |
      | +0m                       | ЛС-1      | service.suspended | ромашка  | debt   |         |            |
      | 2026-10-09T10:40:00+03:00 | Т-1       | message.sent      | ромашка  |        | email   | suspension |
      | 2026-10-09T12:40:00+03:00 | ЛС-1      | payment.received  | ромашка  |        |         |            |
      | 2026-10-12T12:40:00+03:00 | ЛС-1      | service.restored  | ромашка  |        |         |            |
    Когда журнал проверен
    Тогда находки:
      | правило           | вердикт      | срок                      | опоздание |
      | suspension-lifted | с опозданием | 2026-10-10T12:40:00+03:00 | 48h       |
      | suspension-told   | с опозданием | +1h                       | 92h       |
      | suspension-warned | нарушено     | +0m                       |           |
      | debt-warning      | не сделано   | 2026-09-07T00:00:00+03:00 |           |

  Сценарий: Предупреждение, на которое ответили оплатой, больше не действует
    Дано журнал, начатый 2026-03-30T13:40:00+03:00:
      """
      -240h  ЛС-1  warning.sent       customer=ромашка channel=email
      -200h  ЛС-1  payment.received   customer=ромашка amount=550
      +0m    ЛС-1  service.suspended  customer=ромашка reason=debt
      +5m    ЛС-1  notice.sent        customer=ромашка channel=sms topic=debt
      """
    Когда журнал проверен
    Тогда находки:
      | правило           | вердикт  | когда |
      | suspension-warned | нарушено | +0m   |
