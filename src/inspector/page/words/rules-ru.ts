import type { ObservedId, RuleId } from '../../../contract/rules.ts';

/** The gist of each rule in Russian: the sentence of Suvvy's page stays in English, as it stands there. */
export const rulesRu: Record<RuleId | ObservedId, string> = {
  R1: 'статус ответа — от 200 до 299',
  R2: 'ответ приходит за 20 секунд',
  R3: 'иначе сообщения не доставлены; о повторах ничего не сказано, так что сбой — это потерянное сообщение',
  R4: 'запросы приходят с разных адресов; проверять их помогает секрет вебхука',
  R5: 'эти адреса — в России: гео-блокировка или WAF теряют сообщения',
  R6: 'событие — это POST с JSON',
  R7: 'если задан секрет, Authorization — это «Bearer <секрет>»',
  R8: 'event_type — new_messages или test_request, и могут появиться другие',
  R9: 'остальные поля зависят от event_type',
  R10: 'test_request приходит от кнопки теста',
  R11: 'проверяйте event_type и пропускайте всё, что не new_messages',
  R12: 'new_messages — массив, он есть только у этого типа события',
  R13: 'сообщение — это text, image, audio или document',
  R14: 'в каждом сообщении сказано, кто его отправил: ai или employee',
  R15: 'text есть только у текстовых сообщений',
  R16: 'file есть только у image, audio и document',
  R17: 'file.url — прямая ссылка на скачивание',
  R18: 'file.size_bytes — целое число, 0 или больше',
  R19: 'file.mime_type выглядит как тип/подтип',
  R20: 'фото — png, jpeg или gif; аудио — один из восьми типов; документы — любые',
  'chat-id': 'в new_messages сверху есть chat_id (строка): тот же, что вы отправляли в Suvvy',
  'bare-test-request': 'test_request — это ровно {"event_type":"test_request"}',
  'canonical-header-case': 'приёмники читают Authorization и Content-Type в обычном написании',
};
