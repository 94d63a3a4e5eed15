using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Macros;

public readonly record struct MacroId(Guid Value) : IId<MacroId>
{
    public static MacroId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
