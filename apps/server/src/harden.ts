// Before anything else is loaded: no object of this process has `__proto__`, so nothing that comes in can reach a prototype by it (SEC-WEB 27).
Reflect.deleteProperty(Object.prototype, "__proto__");
