# language: ru
Функция: Как клиенту сообщают о сбое
  Клиент узнаёт о сбое от нас в течение часа, потом каждые четыре часа или тогда, когда мы обещали позвонить снова,
  и ещё раз, когда всё заработало.

  Предыстория:
    Дано правила пакета "house"

  Сценарий: Позвонили сразу, позвонили ещё раз, позвонили в конце
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
      """
      +0m     T-1  outage.opened    incident=T-1 customer=ромашка
      +10m    T-1  call.made        incident=T-1 customer=ромашка channel=mobile
      +3h     T-1  call.made        incident=T-1 customer=ромашка channel=mobile
      +5h     T-1  outage.resolved  incident=T-1 customer=ромашка
      +5h10m  T-1  call.made        incident=T-1 customer=ромашка channel=mobile
      """
    Когда журнал проверен
    Тогда нарушений нет
    И у правила "outage-first-notice" 1 соблюдено
    И у правила "outage-updates" 2 соблюдено, 1 отпало
    И у правила "outage-restoration-told" 1 соблюдено

  Сценарий: Звонок через час с четвертью опоздал на пятнадцать минут
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
      | когда  | обращение | событие         | incident | customer | channel |
      | +0m    | T-1       | outage.opened   | T-1      | ромашка  |         |
      | +1h15m | T-1       | call.made       | T-1      | ромашка  | mobile  |
      | +2h    | T-1       | outage.resolved | T-1      | ромашка  |         |
      | +2h5m  | T-1       | call.made       | T-1      | ромашка  | mobile  |
    Когда журнал проверен
    Тогда находки:
      | правило             | вердикт     | срок | опоздание |
      | outage-first-notice | с опозданием | +1h | 15m       |

  Сценарий: Висело на сайте, значит, никому не сказали
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
      | когда | обращение | событие         | incident | customer | channel    |
      | +0m   | T-1       | outage.opened   | T-1      | ромашка  |            |
      | +5m   | T-1       | notice.sent     | T-1      | ромашка  | website    |
      | +6m   | T-1       | notice.sent     | T-1      | ромашка  | statuspage |
      | +6h   | T-1       | outage.resolved | T-1      | ромашка  |            |
      | +8h   | T-1       | ticket.closed   | T-1      | ромашка  |            |
    Когда журнал проверен
    Тогда находки:
      | правило                 | вердикт    | срок | опоздание |
      | outage-first-notice     | не сделано | +1h  | 7h        |
      | outage-updates          | не сделано | +4h  | 2h        |
      | outage-restoration-told | не сделано | +7h  | 1h        |

  Сценарий: Третий сбой за месяц лишний, как бы вежливо о нём ни сообщали
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
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
    Когда журнал проверен
    Тогда находки:
      | правило      | вердикт  | когда | обращение |
      | outage-count | нарушено | +144h | T-3       |

  Сценарий: Пока час не прошёл, ничего ещё не нарушено
    Дано журнал, начатый 2026-03-02T09:00:00+03:00:
      """
      +0m  T-1  outage.opened  incident=T-1 customer=ромашка
      """
    Когда журнал проверен на момент +59m
    Тогда находок нет
    И у правила "outage-first-notice" 1 открыто
