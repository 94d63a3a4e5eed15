namespace WhatsAI.Core.Contacts.Fields;

/// <summary>What a contact's field holds. There is no empty value: who has none has no entry.</summary>
public abstract record FieldValue
{
    private FieldValue() { }

    public abstract FieldKind Kind { get; }

    /// <summary>On one line, at most <see cref="FieldInput.MaxText"/> characters.</summary>
    public sealed record Text(string Words) : FieldValue
    {
        public override FieldKind Kind => FieldKind.Text;
    }

    /// <summary>At most <see cref="FieldInput.MostNumber"/> either way, with up to six decimals.</summary>
    public sealed record Number(decimal Amount) : FieldValue
    {
        public override FieldKind Kind => FieldKind.Number;
    }

    public sealed record Date(DateOnly Day) : FieldValue
    {
        public override FieldKind Kind => FieldKind.Date;
    }

    /// <summary>The option's own words.</summary>
    public sealed record Choice(string Option) : FieldValue
    {
        public override FieldKind Kind => FieldKind.Choice;
    }

    public sealed record YesNo(bool Is) : FieldValue
    {
        public override FieldKind Kind => FieldKind.YesNo;
    }
}

/// <summary>What came of reading a field's value from what somebody typed or a file holds.</summary>
public abstract record FieldReading
{
    private FieldReading() { }

    /// <summary>Nothing stands there.</summary>
    public sealed record Empty : FieldReading;

    public sealed record Read(FieldValue Value) : FieldReading;

    /// <param name="Key">A resource key below "field-bad.".</param>
    public sealed record Bad(string Key) : FieldReading;
}
