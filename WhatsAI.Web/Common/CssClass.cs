namespace WhatsAI.Web.Common;

public static class CssClass
{
    /// <summary>Joins the names that are there.</summary>
    public static string Join(params ReadOnlySpan<string?> names)
    {
        var css = new System.Text.StringBuilder();
        foreach (var name in names)
        {
            if (!string.IsNullOrEmpty(name))
            {
                css.Append(css.Length == 0 ? "" : " ").Append(name);
            }
        }

        return css.ToString();
    }
}
